"""Packs are made by one worker at a time; whoever is killed loses them to the next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_evidence", "0001_packs")]

    operations = [
        migrations.AddField(
            model_name="evidencepack",
            name="lease",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="evidencepack",
            name="leased_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]

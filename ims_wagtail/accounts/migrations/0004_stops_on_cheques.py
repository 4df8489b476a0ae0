"""Stop messages that refuse cheques only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_accounts", "0003_finding_accounts")]

    operations = [
        migrations.AddField(
            model_name="stopmessage",
            name="refuses_cheques",
            field=models.BooleanField(
                default=False,
                help_text="Whatever it does otherwise: a cheque was returned, say",
                verbose_name="refuse cheques",
            ),
        ),
    ]

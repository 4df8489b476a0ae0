"""When the payer's card was charged: it decides the accounting date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_sandbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sandboxpayment",
            name="paid_at",
            field=models.DateTimeField(null=True),
        ),
    ]

"""Leave a provider in peace for a while that answers that it is asked too much."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0008_refund_batches")]

    operations = [
        migrations.AddField(
            model_name="merchantaccount",
            name="paused_until",
            field=models.DateTimeField(
                editable=False,
                help_text=(
                    "The provider answered that it is asked too much; payers are not kept waiting"
                ),
                null=True,
                verbose_name="checks wait until",
            ),
        ),
    ]

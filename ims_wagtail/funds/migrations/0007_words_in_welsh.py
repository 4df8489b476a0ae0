"""Let finance say in Welsh what residents read: methods of payment, labels and hints."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_funds", "0006_periods")]

    operations = [
        migrations.AddField(
            model_name="methodofpayment",
            name="name_cy",
            field=models.CharField(blank=True, max_length=50, verbose_name="name in Welsh"),
        ),
        migrations.AddField(
            model_name="paymenttype",
            name="reference_label_cy",
            field=models.CharField(
                blank=True, max_length=80, verbose_name="label of the reference in Welsh"
            ),
        ),
        migrations.AddField(
            model_name="paymenttype",
            name="reference_hint_cy",
            field=models.CharField(
                blank=True, max_length=200, verbose_name="hint of the reference in Welsh"
            ),
        ),
    ]

"""Call orders payments, as people do; the names of tables and permissions stay."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0010_received_by_staff")]

    operations = [
        migrations.AlterModelOptions(
            name="attempt",
            options={
                "default_permissions": ("view",),
                "permissions": [("check_attempt", "Can ask the provider about an attempt")],
                "verbose_name": "attempt to pay",
                "verbose_name_plural": "attempts to pay",
            },
        ),
        migrations.AlterModelOptions(
            name="order",
            options={
                "default_permissions": ("view",),
                "permissions": [
                    ("take_payment", "Can take payments by telephone, and send payment links")
                ],
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
            },
        ),
        migrations.AlterModelOptions(
            name="ordercontact",
            options={
                "default_permissions": (),
                "verbose_name": "payer of a payment",
                "verbose_name_plural": "payers of payments",
            },
        ),
        migrations.AlterModelOptions(
            name="orderline",
            options={
                "default_permissions": (),
                "ordering": ["order", "number"],
                "verbose_name": "line of a payment",
                "verbose_name_plural": "lines of payments",
            },
        ),
        migrations.AlterField(
            model_name="merchantaccount",
            name="delayed_capture",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Money is only reserved until this system has compared it with what was asked"
                ),
                verbose_name="capture after checking",
            ),
        ),
    ]

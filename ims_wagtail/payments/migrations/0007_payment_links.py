import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0006_newest_message")]

    operations = [
        migrations.AlterModelOptions(
            name="order",
            options={
                "default_permissions": ("view",),
                "permissions": [
                    ("take_payment", "Can take payments by telephone, and send payment links")
                ],
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="ims_payments.order",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent")),
                (
                    "sendings",
                    models.PositiveSmallIntegerField(default=1, verbose_name="sent how often"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="open until")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
            ],
            options={
                "verbose_name": "payment link",
                "verbose_name_plural": "payment links",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))),
                        name="ims_payment_link_is_open_for_a_while",
                    )
                ],
            },
        ),
    ]

"""Copies of receipts that staff make. Who made one stays as it was written."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


INSERT_ONLY = """
CREATE TRIGGER ims_receipt_copy_insert_only BEFORE UPDATE OR DELETE ON ims_checkout_receiptcopy
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
"""
UNDO = "DROP TRIGGER ims_receipt_copy_insert_only ON ims_checkout_receiptcopy;"


class Migration(migrations.Migration):
    dependencies = [
        ("ims_checkout", "0002_basket_removed_lines_and_services"),
        ("ims_ledger", "0003_rules_of_the_book"),
        ("ims_payments", "0010_received_by_staff"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReceiptCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        help_text="Of the form it was asked for on, so that it is made once",
                        unique=True,
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("print", "Printed"),
                            ("payer", "By e-mail to the payer"),
                            ("other", "By e-mail to another address"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="made at",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt_copies",
                        to="ims_payments.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "copy of a receipt",
                "verbose_name_plural": "copies of receipts",
                "default_permissions": ("view", "add"),
            },
        ),
        migrations.RunSQL(sql=INSERT_ONLY, reverse_sql=UNDO),
    ]

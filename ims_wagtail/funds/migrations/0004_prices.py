"""Prices with dates, approved by two people; a payment type's own amount becomes one of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


#: Before anything this council takes online.
LONG_AGO = date(2000, 1, 1)


def carry_over(apps: Any, schema_editor: Any) -> None:
    """Make a price of each payment type's amount, in force already, entered by nobody."""
    Price = apps.get_model("ims_funds", "Price")
    taken: set[str] = set()
    types = apps.get_model("ims_funds", "PaymentType").objects.filter(amount_source="fixed")
    for payment_type in types.order_by("pk"):
        code = base = payment_type.slug.upper().replace("_", "-").strip("-")[:46] or "PRICE"
        while "--" in base:
            code = base = base.replace("--", "-")
        number = 1
        while code in taken:
            number += 1
            code = f"{base}-{number}"
        taken.add(code)
        price = Price.objects.create(code=code, name=payment_type.name)
        price.changes.create(
            starts=LONG_AGO, amount=payment_type.fixed_amount, approved_at=timezone.now()
        )
        payment_type.price = price
        payment_type.save(update_fields=["price"])


def carry_back(apps: Any, schema_editor: Any) -> None:
    """Give each payment type the newest approved amount as its own."""
    for payment_type in apps.get_model("ims_funds", "PaymentType").objects.filter(
        amount_source="fixed"
    ):
        begun = payment_type.price.changes.filter(
            approved_at__isnull=False, starts__lte=timezone.localdate()
        )
        newest = begun.order_by("-starts").first() or payment_type.price.changes.first()
        payment_type.fixed_amount = newest.amount
        payment_type.save(update_fields=["fixed_amount"])


FROZEN = """
CREATE FUNCTION ims_keep_price_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.approved_at IS NOT NULL
           AND OLD.starts <= (now() AT TIME ZONE 'Europe/London')::date THEN
            RAISE EXCEPTION 'an approved price whose day has come stays: % is refused', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.approved_at IS NOT NULL
       OR (OLD.price_id, OLD.starts, OLD.amount, OLD.upload, OLD.entered_by_id, OLD.entered_at)
          IS DISTINCT FROM
          (NEW.price_id, NEW.starts, NEW.amount, NEW.upload, NEW.entered_by_id, NEW.entered_at)
    THEN
        RAISE EXCEPTION 'a price is withdrawn and entered again, never changed: % is refused', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_price_change_kept BEFORE UPDATE OR DELETE ON ims_funds_pricechange
    FOR EACH ROW EXECUTE FUNCTION ims_keep_price_change();
"""

UNDO = """
DROP TRIGGER ims_price_change_kept ON ims_funds_pricechange;
DROP FUNCTION ims_keep_price_change();
"""

#: PostgreSQL alters no table while its foreign keys wait to be checked.
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE"


class Migration(migrations.Migration):
    dependencies = [
        ("ims_funds", "0003_fixed_price_given"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Spreadsheets name the price by it, like GARDEN-WASTE",
                        max_length=50,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z0-9]+(-[A-Z0-9]+)*\\Z",
                                "Use capital letters, digits and hyphens only",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "enabled",
                    models.BooleanField(
                        default=True,
                        help_text="What costs a price that is not enabled can't be paid online",
                        verbose_name="enabled",
                    ),
                ),
            ],
            options={"verbose_name": "price", "verbose_name_plural": "prices"},
        ),
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts", models.DateField(verbose_name="from")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="amount",
                    ),
                ),
                (
                    "upload",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="upload"),
                ),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="entered at")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved at"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="ims_funds.price",
                        verbose_name="price",
                    ),
                ),
            ],
            options={
                "verbose_name": "price change",
                "verbose_name_plural": "price changes",
                "default_permissions": ("add",),
                "permissions": [("approve_pricechange", "Can approve price changes")],
                "constraints": [
                    models.UniqueConstraint(fields=("price", "starts"), name="ims_one_price_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="ims_price_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entered_by__isnull", True),
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="ims_price_needs_a_second_person",
                        violation_error_message="Somebody else has to approve what you entered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved_at__isnull", True),
                                ("approved_by__isnull", True),
                                ("entered_by__isnull", False),
                            ),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                                ("entered_by__isnull", False),
                            ),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", True),
                                ("entered_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ims_price_approval_is_whole",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="paymenttype",
            name="amount_source",
            field=models.CharField(
                choices=[
                    ("payer", "The payer types it"),
                    ("fixed", "A price that the council sets"),
                ],
                default="payer",
                max_length=10,
                verbose_name="amount",
            ),
        ),
        migrations.AddField(
            model_name="paymenttype",
            name="price",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment_types",
                to="ims_funds.price",
                verbose_name="price",
            ),
        ),
        # The other way round, the amounts have to be back before one is asked for.
        migrations.RemoveConstraint(model_name="paymenttype", name="ims_fixed_amount_given"),
        migrations.RunPython(carry_over, carry_back),
        migrations.RunSQL(CHECK_NOW, CHECK_NOW),
        migrations.RemoveField(model_name="paymenttype", name="fixed_amount"),
        migrations.AddConstraint(
            model_name="paymenttype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_source", "fixed"), _negated=True),
                    ("price__isnull", False),
                    _connector="OR",
                ),
                name="ims_price_given",
            ),
        ),
        migrations.RunSQL(FROZEN, UNDO),
    ]

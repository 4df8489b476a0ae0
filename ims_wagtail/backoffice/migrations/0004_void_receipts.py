"""Receipts that were entered by mistake, and what the database holds their voiding to."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# Whoever takes back a receipt, whole or a cheque of it, locks it: one of the two comes too late.
VOID = """
CREATE FUNCTION ims_check_void() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    receipt ims_backoffice_counterreceipt;
    till bigint;
BEGIN
    SELECT * INTO receipt FROM ims_backoffice_counterreceipt
        WHERE order_id = NEW.receipt_id FOR NO KEY UPDATE;
    SELECT id INTO till FROM ims_backoffice_cashiersession
        WHERE id = receipt.session_id AND closed_at IS NULL FOR SHARE;
    IF NEW.session_id IS DISTINCT FROM till THEN
        RAISE EXCEPTION 'receipt % comes off the till it is in', NEW.receipt_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF till IS NULL AND EXISTS (SELECT FROM ims_payments_order
            WHERE id = NEW.receipt_id AND taken_by_id = NEW.voided_by_id) THEN
        RAISE EXCEPTION 'somebody else voids receipt % after the cash-up', NEW.receipt_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT FROM ims_backoffice_returnedcheque c
            JOIN ims_backoffice_tender t ON t.id = c.tender_id
            WHERE t.receipt_id = NEW.receipt_id) THEN
        RAISE EXCEPTION 'a cheque of receipt % was returned', NEW.receipt_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM ims_ledger_posting
            WHERE id = NEW.posting_id AND reverses_id = receipt.posting_id) THEN
        RAISE EXCEPTION 'posting % does not reverse receipt %', NEW.posting_id, NEW.receipt_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_void_is_whole BEFORE INSERT ON ims_backoffice_voidedreceipt
    FOR EACH ROW EXECUTE FUNCTION ims_check_void();
CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_voidedreceipt
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();

CREATE FUNCTION ims_check_returned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    receipt bigint;
BEGIN
    SELECT r.order_id INTO receipt FROM ims_backoffice_counterreceipt r
        JOIN ims_backoffice_tender t ON t.receipt_id = r.order_id
        WHERE t.id = NEW.tender_id FOR NO KEY UPDATE OF r;
    IF EXISTS (SELECT FROM ims_backoffice_voidedreceipt WHERE receipt_id = receipt) THEN
        RAISE EXCEPTION 'receipt % is void', receipt USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_returned_is_not_void BEFORE INSERT ON ims_backoffice_returnedcheque
    FOR EACH ROW EXECUTE FUNCTION ims_check_returned();
"""

UNDO = """
DROP TRIGGER ims_returned_is_not_void ON ims_backoffice_returnedcheque;
DROP FUNCTION ims_check_returned();
DROP TRIGGER ims_frozen ON ims_backoffice_voidedreceipt;
DROP TRIGGER ims_void_is_whole ON ims_backoffice_voidedreceipt;
DROP FUNCTION ims_check_void();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ims_backoffice", "0003_counter"),
        ("ims_ledger", "0008_lean_indexes"),
        ("ims_payments", "0013_voided_orders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="cashiersession",
            options={
                "default_permissions": ("view",),
                "permissions": [
                    ("take_at_counter", "Can take cash, cheques and postal orders"),
                    ("confirm_cashiersession", "Can confirm the cash-up of somebody else"),
                    ("return_cheque", "Can record that a bank returned a cheque"),
                    ("void_receipt", "Can void what somebody else took at the counter or by post"),
                ],
                "verbose_name": "cashier session",
                "verbose_name_plural": "cashier sessions",
            },
        ),
        migrations.CreateModel(
            name="VoidedReceipt",
            fields=[
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="voided",
                        serialize=False,
                        to="ims_backoffice.counterreceipt",
                    ),
                ),
                ("reason", models.CharField(max_length=150, verbose_name="reason")),
                (
                    "voided_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="voided"
                    ),
                ),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ims_ledger.posting",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided",
                        to="ims_backoffice.cashiersession",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="voided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "void receipt",
                "verbose_name_plural": "void receipts",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="ims_void_receipt_has_a_reason",
                    )
                ],
            },
        ),
        migrations.RunSQL(VOID, UNDO),
    ]

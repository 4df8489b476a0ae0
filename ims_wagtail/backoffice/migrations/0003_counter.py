"""Cashier sessions, what was received in them, and what the database holds them to."""

import django.db.models.deletion
import django.db.models.functions.datetime
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


SESSION = """
CREATE FUNCTION ims_check_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
    OR (NEW.person_id, NEW.office_id, NEW.opened_at, NEW.opening_float)
        IS DISTINCT FROM (OLD.person_id, OLD.office_id, OLD.opened_at, OLD.opening_float)
    OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
    OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id)
        IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id)) THEN
        RAISE EXCEPTION 'session % is final', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_session_is_final BEFORE UPDATE OR DELETE ON ims_backoffice_cashiersession
    FOR EACH ROW EXECUTE FUNCTION ims_check_session();
"""

# Reading the session FOR SHARE makes whoever closes it wait for what is being written in it.
OPEN = """
CREATE FUNCTION ims_check_session_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.session_id IS NOT NULL THEN
        PERFORM FROM ims_backoffice_cashiersession
            WHERE id = NEW.session_id AND closed_at IS NULL FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'session % is closed', NEW.session_id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_received_in_an_open_session BEFORE INSERT ON ims_backoffice_counterreceipt
    FOR EACH ROW EXECUTE FUNCTION ims_check_session_is_open();
CREATE TRIGGER ims_counted_in_an_open_session BEFORE INSERT ON ims_backoffice_cashcount
    FOR EACH ROW EXECUTE FUNCTION ims_check_session_is_open();
CREATE TRIGGER ims_declared_in_an_open_session BEFORE INSERT ON ims_backoffice_sessiontotal
    FOR EACH ROW EXECUTE FUNCTION ims_check_session_is_open();
"""

FROZEN = """
CREATE FUNCTION ims_counter_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'ims_backoffice_counterreceipt' THEN
        OLD.printed_at := NEW.printed_at;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_counterreceipt
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();
CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_tender
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();
CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_cashcount
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();
CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_sessiontotal
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();
CREATE TRIGGER ims_frozen BEFORE UPDATE OR DELETE ON ims_backoffice_returnedcheque
    FOR EACH ROW EXECUTE FUNCTION ims_counter_is_frozen();
"""

# Looked at when the transaction ends, because the parts are written after the whole.
WHOLE = """
CREATE FUNCTION ims_check_tenders() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    receipt bigint := CASE TG_TABLE_NAME WHEN 'ims_backoffice_tender'
        THEN (to_jsonb(NEW)->>'receipt_id')::bigint ELSE (to_jsonb(NEW)->>'order_id')::bigint END;
BEGIN
    PERFORM FROM ims_backoffice_counterreceipt r
        JOIN ims_ledger_posting p ON p.id = r.posting_id
        CROSS JOIN LATERAL (
            SELECT sum(t.amount) AS total,
                   coalesce(sum(t.amount) FILTER (WHERE m.kind = 'cash'), 0) AS cash
            FROM ims_backoffice_tender t JOIN ims_funds_methodofpayment m ON m.id = t.method_id
            WHERE t.receipt_id = r.order_id) paid
        WHERE r.order_id = receipt AND paid.total = p.total
          AND paid.cash = r.cash_given - r.change;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'what was received for order % is not what was posted', receipt
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ims_received_is_posted AFTER INSERT ON ims_backoffice_counterreceipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ims_check_tenders();
CREATE CONSTRAINT TRIGGER ims_received_is_posted AFTER INSERT ON ims_backoffice_tender
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ims_check_tenders();
"""

UNDO = """
DROP TRIGGER ims_received_is_posted ON ims_backoffice_tender;
DROP TRIGGER ims_received_is_posted ON ims_backoffice_counterreceipt;
DROP FUNCTION ims_check_tenders();
DROP TRIGGER ims_frozen ON ims_backoffice_returnedcheque;
DROP TRIGGER ims_frozen ON ims_backoffice_sessiontotal;
DROP TRIGGER ims_frozen ON ims_backoffice_cashcount;
DROP TRIGGER ims_frozen ON ims_backoffice_tender;
DROP TRIGGER ims_frozen ON ims_backoffice_counterreceipt;
DROP FUNCTION ims_counter_is_frozen();
DROP TRIGGER ims_declared_in_an_open_session ON ims_backoffice_sessiontotal;
DROP TRIGGER ims_counted_in_an_open_session ON ims_backoffice_cashcount;
DROP TRIGGER ims_received_in_an_open_session ON ims_backoffice_counterreceipt;
DROP FUNCTION ims_check_session_is_open();
DROP TRIGGER ims_session_is_final ON ims_backoffice_cashiersession;
DROP FUNCTION ims_check_session();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ims_backoffice", "0002_staff_baskets"),
        ("ims_funds", "0005_fund_facts"),
        ("ims_ledger", "0005_search"),
        ("ims_payments", "0010_received_by_staff"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tender",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                ("first_line", models.PositiveSmallIntegerField()),
                ("last_line", models.PositiveSmallIntegerField()),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ims_funds.methodofpayment",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a payment",
                "verbose_name_plural": "parts of payments",
                "ordering": ["receipt", "number"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CounterReceipt",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="counter_receipt",
                        serialize=False,
                        to="ims_payments.order",
                    ),
                ),
                (
                    "cash_given",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=12),
                ),
                (
                    "change",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=12),
                ),
                ("printed_at", models.DateTimeField(null=True, verbose_name="printed")),
                (
                    "posting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counter_receipt",
                        to="ims_ledger.posting",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment received by staff",
                "verbose_name_plural": "payments received by staff",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CashierSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="opened"
                    ),
                ),
                (
                    "opening_float",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="float"),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ims_funds.office",
                        verbose_name="office",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cashier",
                    ),
                ),
            ],
            options={
                "verbose_name": "cashier session",
                "verbose_name_plural": "cashier sessions",
                "permissions": [
                    ("take_at_counter", "Can take cash, cheques and postal orders"),
                    ("confirm_cashiersession", "Can confirm the cash-up of somebody else"),
                    ("return_cheque", "Can record that a bank returned a cheque"),
                ],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="CashCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("denomination", models.DecimalField(decimal_places=2, max_digits=5)),
                ("number", models.PositiveIntegerField()),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="ims_backoffice.cashiersession",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of cash",
                "verbose_name_plural": "counts of cash",
                "ordering": ["session", "-denomination"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ChequeDetails",
            fields=[
                (
                    "tender",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="details",
                        serialize=False,
                        to="ims_backoffice.tender",
                    ),
                ),
                ("drawer", models.CharField(blank=True, max_length=50, verbose_name="drawer")),
                ("sort_code", models.CharField(blank=True, max_length=6, verbose_name="sort code")),
                (
                    "account_number",
                    models.CharField(blank=True, max_length=8, verbose_name="account number"),
                ),
                ("number", models.CharField(blank=True, max_length=20, verbose_name="number")),
            ],
            options={
                "verbose_name": "details of a cheque",
                "verbose_name_plural": "details of cheques",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReturnedCheque",
            fields=[
                (
                    "tender",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="returned",
                        serialize=False,
                        to="ims_backoffice.tender",
                    ),
                ),
                ("reason", models.CharField(max_length=150, verbose_name="reason")),
                (
                    "returned_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="returned",
                    ),
                ),
            ],
            options={
                "verbose_name": "returned cheque",
                "verbose_name_plural": "returned cheques",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="tender",
            name="receipt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tenders",
                to="ims_backoffice.counterreceipt",
            ),
        ),
        migrations.AddField(
            model_name="counterreceipt",
            name="session",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="ims_backoffice.cashiersession",
            ),
        ),
        migrations.CreateModel(
            name="SessionTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "expected",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="expected"),
                ),
                (
                    "declared",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="declared"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="reason for the difference"
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ims_funds.methodofpayment",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="totals",
                        to="ims_backoffice.cashiersession",
                    ),
                ),
            ],
            options={
                "verbose_name": "total of a cashier session",
                "verbose_name_plural": "totals of cashier sessions",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("person", "office"),
                name="ims_one_open_session_a_person_and_office",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.CheckConstraint(
                condition=models.Q(("opening_float__gte", 0)),
                name="ims_session_float_is_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    ("closed_at__gte", models.F("opened_at")),
                    _connector="OR",
                ),
                name="ims_session_is_closed_after_it_is_opened",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_by", models.F("person")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="ims_session_is_confirmed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashcount",
            constraint=models.UniqueConstraint(
                fields=("session", "denomination"), name="ims_one_cash_count_a_denomination"
            ),
        ),
        migrations.AddConstraint(
            model_name="cashcount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "denomination__in",
                        (
                            Decimal("50.00"),
                            Decimal("20.00"),
                            Decimal("10.00"),
                            Decimal("5.00"),
                            Decimal("2.00"),
                            Decimal("1.00"),
                            Decimal("0.50"),
                            Decimal("0.20"),
                            Decimal("0.10"),
                            Decimal("0.05"),
                            Decimal("0.02"),
                            Decimal("0.01"),
                        ),
                    ),
                    ("number__gt", 0),
                ),
                name="ims_cash_count_is_of_coins_and_notes",
            ),
        ),
        migrations.AddField(
            model_name="returnedcheque",
            name="posting",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ims_ledger.posting",
            ),
        ),
        migrations.AddField(
            model_name="returnedcheque",
            name="returned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="entered by",
            ),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.UniqueConstraint(
                fields=("receipt", "number"), name="ims_one_tender_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="tender",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("last_line__gte", models.F("first_line"))),
                name="ims_tender_pays_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("change", 0),
                    models.Q(("change__gt", 0), ("change__lt", models.F("cash_given"))),
                    _connector="OR",
                ),
                name="ims_change_is_given_of_cash",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterreceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cash_given", 0),
                    models.Q(("cash_given__gt", 0), ("session__isnull", False)),
                    _connector="OR",
                ),
                name="ims_cash_is_taken_in_a_session",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessiontotal",
            constraint=models.UniqueConstraint(
                fields=("session", "method"), name="ims_one_session_total_a_method"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessiontotal",
            constraint=models.CheckConstraint(
                condition=models.Q(("declared__gte", 0), ("expected__gte", 0)),
                name="ims_session_totals_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessiontotal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("declared", models.F("expected")),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="ims_session_difference_has_a_reason",
            ),
        ),
        migrations.RunSQL(sql=[SESSION, OPEN, FROZEN, WHOLE], reverse_sql=UNDO),
    ]

"""Who closed a cashier session, and why when it was somebody else's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Whoever cashed up was the cashier until now.
CLOSED_BY = """
UPDATE ims_backoffice_cashiersession SET closed_by_id = person_id WHERE closed_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""

FINAL = """
CREATE OR REPLACE FUNCTION ims_check_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
    OR (NEW.person_id, NEW.office_id, NEW.opened_at, NEW.opening_float)
        IS DISTINCT FROM (OLD.person_id, OLD.office_id, OLD.opened_at, OLD.opening_float)
    OR (OLD.closed_at IS NOT NULL AND {closing})
    OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id)
        IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id)) THEN
        RAISE EXCEPTION 'session % is final', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = "NEW.closed_at IS DISTINCT FROM OLD.closed_at"
AFTER = """(NEW.closed_at, NEW.closed_by_id, NEW.close_reason)
        IS DISTINCT FROM (OLD.closed_at, OLD.closed_by_id, OLD.close_reason)"""


class Migration(migrations.Migration):
    dependencies = [
        ("ims_backoffice", "0004_void_receipts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="cashiersession",
            options={
                "default_permissions": ("view",),
                "permissions": [
                    ("take_at_counter", "Can take cash, cheques and postal orders"),
                    ("close_cashiersession", "Can close the session of somebody else"),
                    ("confirm_cashiersession", "Can confirm the cash-up of somebody else"),
                    ("return_cheque", "Can record that a bank returned a cheque"),
                    ("void_receipt", "Can void what somebody else took at the counter or by post"),
                ],
                "verbose_name": "cashier session",
                "verbose_name_plural": "cashier sessions",
            },
        ),
        migrations.AddField(
            model_name="cashiersession",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="cashiersession",
            name="close_reason",
            field=models.CharField(
                blank=True, default="", max_length=150, verbose_name="why somebody else closed it"
            ),
        ),
        migrations.RunSQL(CLOSED_BY, migrations.RunSQL.noop),
        migrations.RunSQL(FINAL.format(closing=AFTER), FINAL.format(closing=BEFORE)),
        migrations.RemoveConstraint(
            model_name="cashiersession", name="ims_session_is_confirmed_by_somebody_else"
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True))
                | models.Q(
                    ("closed_at__isnull", False),
                    ("confirmed_at__isnull", False),
                    ("confirmed_by__isnull", False),
                    models.Q(("confirmed_by", models.F("person")), _negated=True),
                    models.Q(("confirmed_by", models.F("closed_by")), _negated=True),
                ),
                name="ims_session_is_confirmed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashiersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("close_reason", ""), ("closed_at__isnull", True), ("closed_by__isnull", True)
                )
                | models.Q(
                    ("close_reason", ""),
                    ("closed_at__isnull", False),
                    ("closed_by", models.F("person")),
                )
                | models.Q(
                    ("closed_at__isnull", False),
                    ("closed_by__isnull", False),
                    models.Q(("closed_by", models.F("person")), _negated=True),
                    models.Q(("close_reason", ""), _negated=True),
                ),
                name="ims_session_says_who_closed_it_and_why",
            ),
        ),
    ]

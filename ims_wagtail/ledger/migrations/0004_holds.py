"""Holds: money of a line kept back for something under way, so that nobody else takes it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


# Locks the line as a correction does, so that holds and corrections of one line are looked at one
# by one: what is held and what was corrected never exceed it together.
HOLD = """
CREATE FUNCTION ims_check_hold() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line_amount numeric;
    remaining numeric;
BEGIN
    SELECT amount INTO line_amount FROM ims_ledger_transaction
        WHERE id = NEW.transaction_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a hold names line %, which does not exist', NEW.transaction_id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT line_amount
         + (SELECT coalesce(sum(amount), 0) FROM ims_ledger_transaction
            WHERE corrects_id = NEW.transaction_id)
         - (SELECT coalesce(sum(amount), 0) FROM ims_ledger_hold
            WHERE transaction_id = NEW.transaction_id)
        INTO remaining;
    IF remaining < 0 THEN
        RAISE EXCEPTION 'line % has less than % left', NEW.transaction_id, NEW.amount
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_hold_is_available AFTER INSERT OR UPDATE ON ims_ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ims_check_hold();
"""

# Fires after ims_lines_hold, by its name, which has locked the corrected lines.
CORRECTIONS = """
CREATE FUNCTION ims_check_held() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    line bigint;
BEGIN
    SELECT t.id INTO line FROM ims_ledger_transaction t
        WHERE t.id IN (SELECT corrects_id FROM added WHERE corrects_id IS NOT NULL)
          AND EXISTS (SELECT FROM ims_ledger_hold h WHERE h.transaction_id = t.id)
          AND t.amount + (SELECT sum(c.amount) FROM ims_ledger_transaction c
                          WHERE c.corrects_id = t.id)
              < (SELECT sum(h.amount) FROM ims_ledger_hold h WHERE h.transaction_id = t.id)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line %: part of it is held for something under way', line
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_lines_keep_holds AFTER INSERT ON ims_ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ims_check_held();
"""

UNDO = """
DROP TRIGGER ims_lines_keep_holds ON ims_ledger_transaction;
DROP FUNCTION ims_check_held();
DROP TRIGGER ims_hold_is_available ON ims_ledger_hold;
DROP FUNCTION ims_check_hold();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ims_ledger', '0003_rules_of_the_book'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='What it is kept for, such as refund:12', max_length=80, verbose_name='source')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='created at')),
                ('transaction', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='ims_ledger.transaction')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('source', 'transaction'), name='ims_one_hold_a_source_and_line'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_hold_keeps_money')],
            },
        ),
        migrations.RunSQL(sql=[HOLD, CORRECTIONS], reverse_sql=UNDO),
    ]

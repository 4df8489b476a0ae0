"""Accounting months that are closed, and the triggers that keep them so."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# Whoever posts holds a shared lock to the end of their transaction, whoever closes a month waits for
# all of them: no posting slips into a month while it is being closed. The function is volatile, so
# that it reads after it has the lock. Without a closed month it says nothing.
OPEN_FROM = """
CREATE FUNCTION ims_open_from() RETURNS date LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ims periods'));
    RETURN (SELECT (max(month) + interval '1 month')::date FROM ims_ledger_closedperiod
            WHERE reopened_at IS NULL);
END $$;

CREATE FUNCTION ims_check_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_from date := ims_open_from();
    wrong record;
BEGIN
    SELECT source, accounting_date INTO wrong FROM added WHERE accounting_date < open_from LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % is of %, which is closed: the first open day is %',
            wrong.source, wrong.accounting_date, open_from USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_posting_is_open AFTER INSERT ON ims_ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ims_check_open();
"""

# Months are closed in order and once they are over, opened again from the latest back.
PERIODS = """
CREATE FUNCTION ims_check_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest date;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ims periods'));
    SELECT max(month) INTO latest FROM ims_ledger_closedperiod WHERE reopened_at IS NULL;
    IF TG_OP = 'INSERT' THEN
        IF NEW.reopened_at IS NOT NULL OR NEW.month <> latest + interval '1 month' THEN
            RAISE EXCEPTION 'month % is not the next to be closed', NEW.month
                USING ERRCODE = 'check_violation';
        ELSIF NEW.month + interval '1 month' > (now() AT TIME ZONE 'Europe/London')::date THEN
            RAISE EXCEPTION 'month % is not over', NEW.month USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.reopened_at IS NOT NULL OR OLD.month <> latest OR NEW.reopened_at IS NULL
            OR (NEW.id, NEW.month, NEW.closed_at, NEW.closed_by_id)
               IS DISTINCT FROM (OLD.id, OLD.month, OLD.closed_at, OLD.closed_by_id) THEN
        RAISE EXCEPTION 'only the latest closed month can be changed, to open it again'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_periods_in_order BEFORE INSERT OR UPDATE ON ims_ledger_closedperiod
    FOR EACH ROW EXECUTE FUNCTION ims_check_period();
CREATE TRIGGER ims_periods_stay BEFORE DELETE OR TRUNCATE ON ims_ledger_closedperiod
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();

CREATE FUNCTION ims_keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ims_ledger_periodtotal
        (period_id, fund_id, method_id, kind, line_count, amount, vat_amount)
    SELECT NEW.id, fund_id, method_id, kind, sum(line_count), sum(amount), sum(vat_amount)
        FROM ims_ledger_dailytotal
        WHERE accounting_date >= NEW.month AND accounting_date < NEW.month + interval '1 month'
        GROUP BY 2, 3, 4;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_period_totals AFTER INSERT ON ims_ledger_closedperiod
    FOR EACH ROW EXECUTE FUNCTION ims_keep_totals();
CREATE TRIGGER ims_period_totals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_ledger_periodtotal
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
"""

UNDO = """
DROP TRIGGER ims_period_totals_stay ON ims_ledger_periodtotal;
DROP TRIGGER ims_period_totals ON ims_ledger_closedperiod;
DROP FUNCTION ims_keep_totals();
DROP TRIGGER ims_periods_stay ON ims_ledger_closedperiod;
DROP TRIGGER ims_periods_in_order ON ims_ledger_closedperiod;
DROP FUNCTION ims_check_period();
DROP TRIGGER ims_posting_is_open ON ims_ledger_posting;
DROP FUNCTION ims_check_open();
DROP FUNCTION ims_open_from();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0006_periods'),
        ('ims_ledger', '0005_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosedPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day', verbose_name='month')),
                ('closed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='closed at')),
                ('reopened_at', models.DateTimeField(null=True, verbose_name='opened again at')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='why it was opened again')),
            ],
            options={
                'verbose_name': 'closed month',
                'verbose_name_plural': 'closed months',
                'permissions': [('close_period', 'Can close an accounting month'), ('reopen_period', 'Can open the latest closed month again')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='PeriodTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('payment', 'Payment'), ('refund', 'Refund'), ('import', 'Import'), ('staff_receipt', 'Receipt taken by staff'), ('journal', 'Journal'), ('transfer', 'Transfer'), ('suspense_allocation', 'Suspense allocation'), ('ereturn', 'eReturn'), ('chargeback', 'Chargeback'), ('reversal', 'Reversal')], max_length=20)),
                ('line_count', models.PositiveIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16)),
                ('vat_amount', models.DecimalField(decimal_places=2, max_digits=16)),
            ],
            options={
                'verbose_name': 'total of a closed month',
                'verbose_name_plural': 'totals of closed months',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='posting',
            name='asked_date',
            field=models.DateField(help_text='Only where its month was closed, so that it counts later', null=True, verbose_name='day the money moved'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('asked_date__isnull', False)), fields=['accounting_date', 'asked_date'], name='ims_posting_put_off'),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.CheckConstraint(condition=models.Q(('asked_date__lt', models.F('accounting_date'))), name='ims_only_a_closed_day_is_put_off'),
        ),
        migrations.AddField(
            model_name='closedperiod',
            name='closed_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by'),
        ),
        migrations.AddField(
            model_name='closedperiod',
            name='reopened_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened again by'),
        ),
        migrations.AddField(
            model_name='periodtotal',
            name='fund',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ims_funds.fund'),
        ),
        migrations.AddField(
            model_name='periodtotal',
            name='method',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ims_funds.methodofpayment'),
        ),
        migrations.AddField(
            model_name='periodtotal',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='ims_ledger.closedperiod'),
        ),
        migrations.AddConstraint(
            model_name='closedperiod',
            constraint=models.UniqueConstraint(condition=models.Q(('reopened_at__isnull', True)), fields=('month',), name='ims_a_month_is_closed_once'),
        ),
        migrations.AddConstraint(
            model_name='closedperiod',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='ims_a_month_has_a_first_day'),
        ),
        migrations.AddConstraint(
            model_name='closedperiod',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('reopened_at__isnull', True), ('reopened_by__isnull', True)), models.Q(('reopened_at__isnull', False), ('reopened_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='ims_reopening_says_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='closedperiod',
            constraint=models.CheckConstraint(condition=models.Q(('reopened_by', models.F('closed_by')), _negated=True), name='ims_reopening_takes_another_person'),
        ),
        migrations.AddConstraint(
            model_name='periodtotal',
            constraint=models.UniqueConstraint(fields=('period', 'fund', 'method', 'kind'), name='ims_one_total_a_period'),
        ),
        migrations.RunSQL(sql=[OPEN_FROM, PERIODS], reverse_sql=UNDO),
    ]

"""The rules of the book, kept by the database whatever code writes to it."""

from django.db import migrations


INSERT_ONLY = """
CREATE FUNCTION ims_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: add a correcting row instead of a %', TG_TABLE_NAME,
        lower(TG_OP) USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_posting_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
CREATE TRIGGER ims_transaction_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_ledger_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
"""

# Deferred, because a posting stands before its lines do. A plan is kept for the session and may
# have been made when the book was empty: without the setting it would read the whole book for each
# posting of a bulk load.
POSTING_BALANCES = """
CREATE FUNCTION ims_check_posting() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    found_count bigint;
    found_total numeric;
BEGIN
    SELECT count(*), coalesce(sum(amount), 0) INTO found_count, found_total
        FROM ims_ledger_transaction WHERE posting_id = NEW.id;
    IF found_count <> NEW.line_count OR found_total <> NEW.total THEN
        RAISE EXCEPTION 'posting % (%) says % lines and %, its lines are % and %',
            NEW.id, NEW.source, NEW.line_count, NEW.total, found_count, found_total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ims_posting_balances AFTER INSERT ON ims_ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ims_check_posting();
"""

# One pass over the new lines: what a foreign key would check row by row, what belongs together,
# that a finished posting gets no more lines, that a line gives up no more than it holds, and the
# daily totals.
LINES_HOLD = """
CREATE FUNCTION ims_check_lines() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    wrong text;
    parent record;
    remaining numeric;
BEGIN
    SELECT 'fund ' || fund_id INTO wrong FROM (SELECT DISTINCT fund_id FROM added) a
        WHERE NOT EXISTS (SELECT FROM ims_funds_fund f WHERE f.id = a.fund_id) LIMIT 1;
    IF wrong IS NULL THEN
        SELECT 'method of payment ' || method_id INTO wrong
            FROM (SELECT DISTINCT method_id FROM added) a
            WHERE NOT EXISTS (SELECT FROM ims_funds_methodofpayment m WHERE m.id = a.method_id)
            LIMIT 1;
    END IF;
    IF wrong IS NULL THEN
        SELECT 'VAT code ' || vat_code_id INTO wrong
            FROM (SELECT DISTINCT vat_code_id FROM added) a
            WHERE NOT EXISTS (SELECT FROM ims_funds_vatcode v WHERE v.id = a.vat_code_id) LIMIT 1;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a line names %, which does not exist', wrong
            USING ERRCODE = 'foreign_key_violation';
    END IF;

    SELECT a.posting_id, p.id, p.line_count, p.accounting_date,
           (SELECT count(*) FROM ims_ledger_transaction t WHERE t.posting_id = a.posting_id)
               AS found_count
        INTO parent
        FROM (SELECT posting_id, min(accounting_date) AS first_date,
                     max(accounting_date) AS last_date
              FROM added GROUP BY posting_id) a
        LEFT JOIN ims_ledger_posting p ON p.id = a.posting_id
        WHERE p.id IS NULL
           OR p.line_count < (SELECT count(*) FROM ims_ledger_transaction t
                              WHERE t.posting_id = a.posting_id)
           OR a.first_date <> p.accounting_date OR a.last_date <> p.accounting_date
        LIMIT 1;
    IF FOUND THEN
        IF parent.id IS NULL THEN
            RAISE EXCEPTION 'a line names posting %, which does not exist', parent.posting_id
                USING ERRCODE = 'foreign_key_violation';
        ELSIF parent.found_count > parent.line_count THEN
            RAISE EXCEPTION 'posting % has its % lines already', parent.id, parent.line_count
                USING ERRCODE = 'check_violation';
        END IF;
        RAISE EXCEPTION 'posting % is of %, a line is not', parent.id, parent.accounting_date
            USING ERRCODE = 'check_violation';
    END IF;

    -- Locks the corrected lines, so that two corrections of one line are looked at one by one.
    FOR parent IN
        SELECT t.id, t.amount FROM ims_ledger_transaction t
        WHERE t.id IN (SELECT corrects_id FROM added WHERE corrects_id IS NOT NULL)
        ORDER BY t.id FOR UPDATE
    LOOP
        SELECT parent.amount + sum(c.amount) INTO remaining
            FROM ims_ledger_transaction c WHERE c.corrects_id = parent.id;
        IF remaining * sign(parent.amount) NOT BETWEEN 0 AND abs(parent.amount) THEN
            RAISE EXCEPTION 'corrections of line % exceed its amount', parent.id
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    SELECT corrects_id::text INTO wrong FROM (SELECT DISTINCT corrects_id FROM added) a
        WHERE corrects_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM ims_ledger_transaction t WHERE t.id = a.corrects_id) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a line corrects line %, which does not exist', wrong
            USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- In key order, so that two postings of one day never wait for each other in a circle.
    INSERT INTO ims_ledger_dailytotal AS d
        (accounting_date, fund_id, method_id, kind, line_count, amount, vat_amount)
    SELECT a.accounting_date, a.fund_id, a.method_id, p.kind, count(*), sum(a.amount),
           sum(a.vat_amount)
        FROM added a JOIN ims_ledger_posting p ON p.id = a.posting_id
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (accounting_date, fund_id, method_id, kind) DO UPDATE SET
        line_count = d.line_count + excluded.line_count,
        amount = d.amount + excluded.amount,
        vat_amount = d.vat_amount + excluded.vat_amount;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_lines_hold AFTER INSERT ON ims_ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ims_check_lines();
"""

# The other half of the missing foreign keys: reference data that lines name stays.
REFERENCE_DATA_STAYS = """
CREATE FUNCTION ims_refuse_delete_in_use() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    in_use boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM ims_ledger_transaction WHERE %I = $1)', TG_ARGV[0])
        INTO in_use USING OLD.id;
    IF in_use THEN
        RAISE EXCEPTION '% % is named by ledger lines', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER ims_fund_in_use BEFORE DELETE ON ims_funds_fund
    FOR EACH ROW EXECUTE FUNCTION ims_refuse_delete_in_use('fund_id');
CREATE TRIGGER ims_method_in_use BEFORE DELETE ON ims_funds_methodofpayment
    FOR EACH ROW EXECUTE FUNCTION ims_refuse_delete_in_use('method_id');
CREATE TRIGGER ims_vat_code_in_use BEFORE DELETE ON ims_funds_vatcode
    FOR EACH ROW EXECUTE FUNCTION ims_refuse_delete_in_use('vat_code_id');
"""

UNDO = """
DROP TRIGGER ims_vat_code_in_use ON ims_funds_vatcode;
DROP TRIGGER ims_method_in_use ON ims_funds_methodofpayment;
DROP TRIGGER ims_fund_in_use ON ims_funds_fund;
DROP FUNCTION ims_refuse_delete_in_use();
DROP TRIGGER ims_lines_hold ON ims_ledger_transaction;
DROP FUNCTION ims_check_lines();
DROP TRIGGER ims_posting_balances ON ims_ledger_posting;
DROP FUNCTION ims_check_posting();
DROP TRIGGER ims_transaction_insert_only ON ims_ledger_transaction;
DROP TRIGGER ims_posting_insert_only ON ims_ledger_posting;
DROP FUNCTION ims_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_ledger", "0002_initial")]

    operations = [
        migrations.RunSQL(
            sql=[INSERT_ONLY, POSTING_BALANCES, LINES_HOLD, REFERENCE_DATA_STAYS],
            reverse_sql=UNDO,
        ),
    ]

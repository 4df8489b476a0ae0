"""Nothing is in the suspense fund without an item, and what is asked for stays as it was."""

from django.db import migrations


# After ims_lines_hold, by its name, which has locked the corrected lines: of two corrections of one
# line the second counts the first. A bulk load reads its new lines twice and writes only items.
ITEMS = """
CREATE FUNCTION ims_make_suspense_items() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    INSERT INTO ims_suspense_suspenseitem (transaction_id, fund_id, amount, received_at, cleared)
    SELECT a.id, a.fund_id, a.amount, a.entered_at, false FROM added a
        WHERE a.corrects_id IS NULL
          AND a.fund_id IN (SELECT f.id FROM ims_funds_fund f WHERE f.is_suspense)
        ORDER BY a.id;

    UPDATE ims_suspense_suspenseitem i SET cleared = i.amount + changed.gone = 0
        FROM (SELECT c.corrects_id AS line, sum(c.amount) AS gone FROM ims_ledger_transaction c
              WHERE c.corrects_id IN (SELECT corrects_id FROM added WHERE corrects_id IS NOT NULL)
              GROUP BY 1) changed
        WHERE i.transaction_id = changed.line AND i.cleared <> (i.amount + changed.gone = 0);
    RETURN NULL;
END $$;

CREATE TRIGGER ims_suspense_items AFTER INSERT ON ims_ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ims_make_suspense_items();
"""

# A fund that becomes the suspense fund brings its lines along. The lock waits for those who are
# adding lines and makes those who come later see what the fund has become.
BECOMING_SUSPENSE = """
CREATE FUNCTION ims_add_suspense_items(of_fund bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ims_suspense_suspenseitem (transaction_id, fund_id, amount, received_at, cleared)
    SELECT t.id, t.fund_id, t.amount, t.entered_at,
           t.amount + coalesce((SELECT sum(c.amount) FROM ims_ledger_transaction c
                                WHERE c.corrects_id = t.id), 0) = 0
        FROM ims_ledger_transaction t
        WHERE t.fund_id = of_fund AND t.corrects_id IS NULL
        ORDER BY t.id
    ON CONFLICT (transaction_id) DO NOTHING
$$;

CREATE FUNCTION ims_fund_becomes_suspense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE ims_ledger_transaction IN SHARE ROW EXCLUSIVE MODE;
    PERFORM ims_add_suspense_items(NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER ims_fund_becomes_suspense AFTER UPDATE OF is_suspense ON ims_funds_fund
    FOR EACH ROW WHEN (NEW.is_suspense AND NOT OLD.is_suspense)
    EXECUTE FUNCTION ims_fund_becomes_suspense();

SELECT ims_add_suspense_items(id) FROM ims_funds_fund WHERE is_suspense;
"""

ITEMS_STAY = """
CREATE FUNCTION ims_check_suspense_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'suspense item % is kept for good', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF (NEW.id, NEW.transaction_id, NEW.fund_id, NEW.amount, NEW.received_at)
    IS DISTINCT FROM
          (OLD.id, OLD.transaction_id, OLD.fund_id, OLD.amount, OLD.received_at) THEN
        RAISE EXCEPTION 'suspense item % is its line''s: nobody changes that', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF NEW.cleared <> OLD.cleared AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'suspense item % is cleared by lines of the book', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_suspense_items_stay BEFORE UPDATE OR DELETE ON ims_suspense_suspenseitem
    FOR EACH ROW EXECUTE FUNCTION ims_check_suspense_item();

CREATE TRIGGER ims_suspense_notes_stay BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ims_suspense_suspensenote FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
"""

ALLOCATION = """
CREATE FUNCTION ims_check_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'allocation % is kept for good', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'an allocation begins by waiting' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'allocation % is over', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF (NEW.id, NEW.reference, NEW.form_key, NEW.amount, NEW.reason, NEW.undoes_id,
           NEW.requested_by_id, NEW.requested_at)
    IS DISTINCT FROM
          (OLD.id, OLD.reference, OLD.form_key, OLD.amount, OLD.reason, OLD.undoes_id,
           OLD.requested_by_id, OLD.requested_at) THEN
        RAISE EXCEPTION 'allocation %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_allocation_moves_forward BEFORE INSERT OR UPDATE OR DELETE
    ON ims_suspense_allocation FOR EACH ROW EXECUTE FUNCTION ims_check_allocation();

CREATE FUNCTION ims_check_allocation_side() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'allocation %: what was asked for is frozen', OLD.allocation_id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_allocation_takes_stay BEFORE UPDATE OR DELETE
    ON ims_suspense_allocationtake FOR EACH ROW EXECUTE FUNCTION ims_check_allocation_side();
CREATE TRIGGER ims_allocation_gives_stay BEFORE UPDATE OR DELETE
    ON ims_suspense_allocationgive FOR EACH ROW EXECUTE FUNCTION ims_check_allocation_side();
"""

# Deferred, because an allocation stands before its two sides do. What is taken of items and what
# credit notes add is what is put down; all that is moved is what the allocation is of.
BALANCES = """
CREATE FUNCTION ims_check_allocation_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    whole record;
    taken record;
    given record;
BEGIN
    SELECT amount, undoes_id INTO whole FROM ims_suspense_allocation WHERE id = wanted;
    SELECT count(*) AS number, coalesce(sum(amount), 0) AS total,
           coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS plus
        INTO taken FROM ims_suspense_allocationtake WHERE allocation_id = wanted;
    SELECT count(*) AS number, coalesce(sum(amount), 0) AS total,
           coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS credited
        INTO given FROM ims_suspense_allocationgive WHERE allocation_id = wanted;
    IF whole.undoes_id IS NOT NULL AND taken.number + given.number = 0 THEN
        RETURN NULL;
    END IF;
    IF whole.undoes_id IS NOT NULL OR taken.number = 0 OR taken.total <> given.total
       OR taken.plus + given.credited <> whole.amount THEN
        RAISE EXCEPTION 'allocation % is of %, takes % and gives %', wanted, whole.amount,
            taken.total, given.total USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ims_allocation_balances AFTER INSERT ON ims_suspense_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_allocation_balances('id');
CREATE CONSTRAINT TRIGGER ims_allocation_takes_balance
    AFTER INSERT ON ims_suspense_allocationtake
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_allocation_balances('allocation_id');
CREATE CONSTRAINT TRIGGER ims_allocation_gives_balance
    AFTER INSERT ON ims_suspense_allocationgive
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_allocation_balances('allocation_id');
"""

UNDO = """
DROP TRIGGER ims_allocation_gives_balance ON ims_suspense_allocationgive;
DROP TRIGGER ims_allocation_takes_balance ON ims_suspense_allocationtake;
DROP TRIGGER ims_allocation_balances ON ims_suspense_allocation;
DROP FUNCTION ims_check_allocation_balances();
DROP TRIGGER ims_allocation_gives_stay ON ims_suspense_allocationgive;
DROP TRIGGER ims_allocation_takes_stay ON ims_suspense_allocationtake;
DROP FUNCTION ims_check_allocation_side();
DROP TRIGGER ims_allocation_moves_forward ON ims_suspense_allocation;
DROP FUNCTION ims_check_allocation();
DROP TRIGGER ims_suspense_notes_stay ON ims_suspense_suspensenote;
DROP TRIGGER ims_suspense_items_stay ON ims_suspense_suspenseitem;
DROP FUNCTION ims_check_suspense_item();
DROP TRIGGER ims_fund_becomes_suspense ON ims_funds_fund;
DROP FUNCTION ims_fund_becomes_suspense();
DROP FUNCTION ims_add_suspense_items(bigint);
DROP TRIGGER ims_suspense_items ON ims_ledger_transaction;
DROP FUNCTION ims_make_suspense_items();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_suspense", "0001_initial"), ("ims_corrections", "0002_rules_of_correcting")]

    operations = [
        migrations.RunSQL(
            sql=[ITEMS, BECOMING_SUSPENSE, ITEMS_STAY, ALLOCATION, BALANCES], reverse_sql=UNDO
        ),
    ]

"""What a correction may become, and that money is moved once: kept by the database."""

from django.db import migrations


CORRECTION = """
CREATE FUNCTION ims_check_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'correction % is kept for good', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a correction begins by waiting' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'correction % is over', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF (NEW.id, NEW.reference, NEW.kind, NEW.amount, NEW.reason, NEW.undoes_id,
           NEW.requested_by_id, NEW.requested_at)
    IS DISTINCT FROM
          (OLD.id, OLD.reference, OLD.kind, OLD.amount, OLD.reason, OLD.undoes_id,
           OLD.requested_by_id, OLD.requested_at) THEN
        RAISE EXCEPTION 'correction %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_correction_moves_forward BEFORE INSERT OR UPDATE OR DELETE
    ON ims_corrections_correction FOR EACH ROW EXECUTE FUNCTION ims_check_correction();

CREATE FUNCTION ims_check_correction_side() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'correction %: what was asked for is frozen', OLD.correction_id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_correction_takes_stay BEFORE UPDATE OR DELETE
    ON ims_corrections_correctiontake FOR EACH ROW EXECUTE FUNCTION ims_check_correction_side();
CREATE TRIGGER ims_correction_gives_stay BEFORE UPDATE OR DELETE
    ON ims_corrections_correctiongive FOR EACH ROW EXECUTE FUNCTION ims_check_correction_side();
"""

# Deferred, because a correction stands before its two sides do.
BALANCES = """
CREATE FUNCTION ims_check_correction_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    asked numeric;
    taken numeric;
    given numeric;
BEGIN
    SELECT amount INTO asked FROM ims_corrections_correction WHERE id = wanted;
    SELECT sum(amount) INTO taken FROM ims_corrections_correctiontake WHERE correction_id = wanted;
    SELECT sum(amount) INTO given FROM ims_corrections_correctiongive WHERE correction_id = wanted;
    IF asked IS DISTINCT FROM taken OR asked IS DISTINCT FROM given THEN
        RAISE EXCEPTION 'correction % is of %, takes % and gives %', wanted, asked, taken, given
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ims_correction_balances AFTER INSERT ON ims_corrections_correction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_correction_balances('id');
CREATE CONSTRAINT TRIGGER ims_correction_takes_balance
    AFTER INSERT ON ims_corrections_correctiontake
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_correction_balances('correction_id');
CREATE CONSTRAINT TRIGGER ims_correction_gives_balance
    AFTER INSERT ON ims_corrections_correctiongive
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION ims_check_correction_balances('correction_id');
"""

# What an undo gives back adds to the line it corrects. If the line that gives back could be moved
# too, the same money would be there twice.
NOT_CORRECTED = """
CREATE FUNCTION ims_check_corrected() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    line bigint;
BEGIN
    SELECT t.id INTO line FROM ims_ledger_transaction t
        WHERE t.id IN (SELECT corrects_id FROM added WHERE corrects_id IS NOT NULL)
          AND t.corrects_id IS NOT NULL
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line % corrects another and can not be corrected itself', line
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_corrections_stay AFTER INSERT ON ims_ledger_transaction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ims_check_corrected();

CREATE FUNCTION ims_check_hold_is_of_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ims_ledger_transaction
               WHERE id = NEW.transaction_id AND corrects_id IS NOT NULL) THEN
        RAISE EXCEPTION 'line % corrects another: there is nothing of it to hold',
            NEW.transaction_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_hold_is_of_money AFTER INSERT OR UPDATE ON ims_ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ims_check_hold_is_of_money();
"""

UNDO = """
DROP TRIGGER ims_hold_is_of_money ON ims_ledger_hold;
DROP FUNCTION ims_check_hold_is_of_money();
DROP TRIGGER ims_corrections_stay ON ims_ledger_transaction;
DROP FUNCTION ims_check_corrected();
DROP TRIGGER ims_correction_gives_balance ON ims_corrections_correctiongive;
DROP TRIGGER ims_correction_takes_balance ON ims_corrections_correctiontake;
DROP TRIGGER ims_correction_balances ON ims_corrections_correction;
DROP FUNCTION ims_check_correction_balances();
DROP TRIGGER ims_correction_gives_stay ON ims_corrections_correctiongive;
DROP TRIGGER ims_correction_takes_stay ON ims_corrections_correctiontake;
DROP FUNCTION ims_check_correction_side();
DROP TRIGGER ims_correction_moves_forward ON ims_corrections_correction;
DROP FUNCTION ims_check_correction();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_corrections", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=[CORRECTION, BALANCES, NOT_CORRECTED], reverse_sql=UNDO),
    ]

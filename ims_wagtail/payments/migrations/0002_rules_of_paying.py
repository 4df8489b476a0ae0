"""What an order and an attempt may become, kept by the database whatever code writes to it."""

from django.db import migrations


# The same table as payments.transitions, which a test compares state by state.
ATTEMPT = """
CREATE FUNCTION ims_check_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends text[] := ARRAY['paid', 'mismatch', 'declined', 'cancelled_by_payer', 'cancelled_by_us',
                         'expired', 'error'];
BEGIN
    IF (NEW.order_id, NEW.number, NEW.reference, NEW.account_id, NEW.token_hash, NEW.amount,
        NEW.created_at)
    IS DISTINCT FROM
       (OLD.order_id, OLD.number, OLD.reference, OLD.account_id, OLD.token_hash, OLD.amount,
        OLD.created_at)
    OR (OLD.provider_id <> '' AND NEW.provider_id <> OLD.provider_id) THEN
        RAISE EXCEPTION 'attempt %: what was asked of the provider is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
        WHEN 'creating' THEN
            NEW.state = ANY (ends || ARRAY['unknown', 'open', 'submitted', 'abandoned'])
        WHEN 'unknown' THEN NEW.state = ANY (ends || ARRAY['open', 'submitted', 'abandoned'])
        WHEN 'open' THEN NEW.state = ANY (ends || ARRAY['submitted'])
        WHEN 'submitted' THEN NEW.state = ANY (ends)
        WHEN 'abandoned' THEN NEW.state = ANY (ends)
        WHEN 'paid' THEN NEW.state = 'capture_failed'
        WHEN 'mismatch' THEN NEW.state = 'capture_failed'
        WHEN 'capture_failed' THEN false
        ELSE NEW.state IN ('paid', 'mismatch')
    END) THEN
        RAISE EXCEPTION 'attempt %: % can not become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_attempt_moves_forward BEFORE UPDATE ON ims_payments_attempt
    FOR EACH ROW EXECUTE FUNCTION ims_check_attempt();
"""

ORDER = """
CREATE FUNCTION ims_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.token, NEW.reference, NEW.total, NEW.language, NEW.basket_token, NEW.created_at)
    IS DISTINCT FROM
       (OLD.token, OLD.reference, OLD.total, OLD.language, OLD.basket_token, OLD.created_at) THEN
        RAISE EXCEPTION 'order % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state
    AND (OLD.state, NEW.state) NOT IN (('unpaid', 'paid'), ('paid', 'reversed')) THEN
        RAISE EXCEPTION 'order %: % can not become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_order_frozen BEFORE UPDATE ON ims_payments_order
    FOR EACH ROW EXECUTE FUNCTION ims_check_order();
"""

# Answers to a page's own questions may be personal, so they may be erased; nothing else may go.
ORDER_LINE = """
CREATE FUNCTION ims_check_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.answers = '[]' THEN
        OLD.answers := NEW.answers;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'line % of order % is frozen', OLD.number, OLD.order_id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_order_line_frozen BEFORE UPDATE OR DELETE ON ims_payments_orderline
    FOR EACH ROW EXECUTE FUNCTION ims_check_order_line();
"""

UNDO = """
DROP TRIGGER ims_order_line_frozen ON ims_payments_orderline;
DROP FUNCTION ims_check_order_line();
DROP TRIGGER ims_order_frozen ON ims_payments_order;
DROP FUNCTION ims_check_order();
DROP TRIGGER ims_attempt_moves_forward ON ims_payments_attempt;
DROP FUNCTION ims_check_attempt();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=[ATTEMPT, ORDER, ORDER_LINE], reverse_sql=UNDO),
    ]

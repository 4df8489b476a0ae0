"""What a refund may become, and which account an order was made for: kept by the database."""

from django.db import migrations


# The same table as payments.refunds.transitions, which a test compares state by state.
REFUND = """
CREATE FUNCTION ims_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.reference, NEW.posting_id, NEW.attempt_id, NEW.route, NEW.account_id, NEW.amount,
        NEW.reason, NEW.requested_by_id, NEW.requested_at)
    IS DISTINCT FROM
       (OLD.reference, OLD.posting_id, OLD.attempt_id, OLD.route, OLD.account_id, OLD.amount,
        OLD.reason, OLD.requested_by_id, OLD.requested_at)
    OR (OLD.provider_id <> '' AND NEW.provider_id <> OLD.provider_id) THEN
        RAISE EXCEPTION 'refund %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
        WHEN 'requested' THEN NEW.state IN ('approved', 'rejected', 'withdrawn')
        WHEN 'approved' THEN NEW.state IN ('sending', 'submitted', 'withdrawn', 'failed')
        WHEN 'sending' THEN NEW.state IN ('unknown', 'submitted', 'succeeded', 'failed')
        WHEN 'unknown' THEN NEW.state IN ('submitted', 'succeeded', 'failed')
        WHEN 'submitted' THEN NEW.state IN ('succeeded', 'failed')
        WHEN 'succeeded' THEN NEW.state = 'returned'
        ELSE false
    END) THEN
        RAISE EXCEPTION 'refund %: % can not become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_refund_moves_forward BEFORE UPDATE ON ims_payments_refund
    FOR EACH ROW EXECUTE FUNCTION ims_check_refund();
"""

ACCOUNT_OF_ORDERS = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE ims_payments_order o SET account_id = coalesce(
    (SELECT a.account_id FROM ims_payments_attempt a WHERE a.order_id = o.id
     ORDER BY a.number DESC LIMIT 1),
    (SELECT m.id FROM ims_payments_merchantaccount m ORDER BY m.is_default DESC, m.id LIMIT 1));
"""

ORDER = """
CREATE FUNCTION ims_check_order_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.channel, NEW.taken_by_id, NEW.office_id)
    IS DISTINCT FROM (OLD.account_id, OLD.channel, OLD.taken_by_id, OLD.office_id) THEN
        RAISE EXCEPTION 'order % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_order_account_frozen BEFORE UPDATE ON ims_payments_order
    FOR EACH ROW EXECUTE FUNCTION ims_check_order_account();
"""

UNDO = """
DROP TRIGGER ims_order_account_frozen ON ims_payments_order;
DROP FUNCTION ims_check_order_account();
DROP TRIGGER ims_refund_moves_forward ON ims_payments_refund;
DROP FUNCTION ims_check_refund();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0003_accounts_refunds_disputes")]

    operations = [
        migrations.RunSQL(sql=[ACCOUNT_OF_ORDERS, REFUND, ORDER], reverse_sql=UNDO),
    ]

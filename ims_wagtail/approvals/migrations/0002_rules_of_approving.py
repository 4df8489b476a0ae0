"""What a request may become, and that it keeps what was asked: whatever code writes to it."""

from django.db import migrations


APPROVAL = """
CREATE FUNCTION ims_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'approval % is kept for good', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'an approval begins by waiting' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'approval % is decided', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF (NEW.id, NEW.kind, NEW.subject, NEW.title, NEW.amount, NEW.reason, NEW.requested_by_id,
           NEW.requested_at, NEW.expires_at)
    IS DISTINCT FROM
          (OLD.id, OLD.kind, OLD.subject, OLD.title, OLD.amount, OLD.reason, OLD.requested_by_id,
           OLD.requested_at, OLD.expires_at) THEN
        RAISE EXCEPTION 'approval %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_approval_moves_forward BEFORE INSERT OR UPDATE OR DELETE
    ON ims_approvals_approval FOR EACH ROW EXECUTE FUNCTION ims_check_approval();
"""

# Deferred, because a request stands before its funds do. Without a fund anybody could decide.
HAS_FUNDS = """
CREATE FUNCTION ims_check_approval_has_funds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ims_approvals_approvalfund WHERE approval_id = NEW.id) THEN
        RAISE EXCEPTION 'approval % is about no fund', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ims_approval_has_funds AFTER INSERT ON ims_approvals_approval
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ims_check_approval_has_funds();
"""

# Locks the request, so that no fund is added while somebody decides by the funds it had.
FUNDS_STAY = """
CREATE FUNCTION ims_check_approval_fund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'the funds of approval % stay', OLD.approval_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO standing FROM ims_approvals_approval WHERE id = NEW.approval_id FOR SHARE;
    IF standing <> 'waiting' THEN
        RAISE EXCEPTION 'approval % is decided', NEW.approval_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_approval_funds_stay BEFORE INSERT OR UPDATE OR DELETE
    ON ims_approvals_approvalfund FOR EACH ROW EXECUTE FUNCTION ims_check_approval_fund();
"""

UNDO = """
DROP TRIGGER ims_approval_funds_stay ON ims_approvals_approvalfund;
DROP FUNCTION ims_check_approval_fund();
DROP TRIGGER ims_approval_has_funds ON ims_approvals_approval;
DROP FUNCTION ims_check_approval_has_funds();
DROP TRIGGER ims_approval_moves_forward ON ims_approvals_approval;
DROP FUNCTION ims_check_approval();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_approvals", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=[APPROVAL, HAS_FUNDS, FUNDS_STAY], reverse_sql=UNDO),
    ]

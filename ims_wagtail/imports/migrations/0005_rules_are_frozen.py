"""What a second person was shown is what runs: a rule that is asked for or on doesn't change."""

from django.db import migrations


FROZEN = """
CREATE FUNCTION ims_check_import_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.enabled THEN
            RAISE EXCEPTION 'rule % is on: switch it off first', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.asked_by_id IS NOT NULL AND NEW.asked_by_id IS NOT NULL
        AND (NEW.name, NEW."order", NEW.match, NEW.starts, NEW.ends, NEW.version)
            IS DISTINCT FROM (OLD.name, OLD."order", OLD.match, OLD.starts, OLD.ends, OLD.version)
    THEN
        RAISE EXCEPTION 'rule % is on or asked for: it can''t change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.enabled AND NEW.version = OLD.version AND NOT NEW.enabled THEN
        RAISE EXCEPTION 'rule % switched off has to become another version', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_import_rule_is_frozen BEFORE UPDATE OR DELETE ON ims_imports_importrule
    FOR EACH ROW EXECUTE FUNCTION ims_check_import_rule();

CREATE FUNCTION ims_check_part_of_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb := to_jsonb(CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END);
    rule bigint := coalesce(part ->> 'rule_id', part ->> 'importrule_id');
BEGIN
    PERFORM 1 FROM ims_imports_importrule r
        WHERE r.id = rule AND r.asked_by_id IS NOT NULL;
    IF FOUND THEN
        RAISE EXCEPTION 'rule % is on or asked for: it can''t change', rule
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_conditions_are_frozen BEFORE INSERT OR UPDATE OR DELETE
    ON ims_imports_rulecondition FOR EACH ROW EXECUTE FUNCTION ims_check_part_of_rule();
CREATE TRIGGER ims_actions_are_frozen BEFORE INSERT OR UPDATE OR DELETE
    ON ims_imports_ruleaction FOR EACH ROW EXECUTE FUNCTION ims_check_part_of_rule();
CREATE TRIGGER ims_types_of_rules_are_frozen BEFORE INSERT OR UPDATE OR DELETE
    ON ims_imports_importrule_import_types FOR EACH ROW EXECUTE FUNCTION ims_check_part_of_rule();
"""

UNDO = """
DROP TRIGGER ims_types_of_rules_are_frozen ON ims_imports_importrule_import_types;
DROP TRIGGER ims_actions_are_frozen ON ims_imports_ruleaction;
DROP TRIGGER ims_conditions_are_frozen ON ims_imports_rulecondition;
DROP FUNCTION ims_check_part_of_rule();
DROP TRIGGER ims_import_rule_is_frozen ON ims_imports_importrule;
DROP FUNCTION ims_check_import_rule();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_imports", "0004_rules")]

    operations = [migrations.RunSQL(FROZEN, UNDO)]

"""What a file may become, and that rows of what is in the book stay: kept by the database."""

from django.db import migrations


COURSE = """
CREATE FUNCTION ims_check_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'import % is kept for good', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF (NEW.id, NEW.import_type_id, NEW.file_name, NEW.size, NEW.sha256, NEW.guarded,
           NEW.reload_of_id, NEW.reload_reason, NEW.received_by_id, NEW.received_at)
    IS DISTINCT FROM
          (OLD.id, OLD.import_type_id, OLD.file_name, OLD.size, OLD.sha256, OLD.guarded,
           OLD.reload_of_id, OLD.reload_reason, OLD.received_by_id, OLD.received_at) THEN
        RAISE EXCEPTION 'import %: what came in is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('held', 'received'), ('held', 'cancelled'),
        ('received', 'checking'), ('received', 'cancelled'), ('received', 'failed'),
        ('checking', 'previewed'), ('checking', 'cancelled'), ('checking', 'failed'),
        ('previewed', 'posting'), ('previewed', 'cancelled'),
        ('posting', 'posted'), ('posting', 'previewed'), ('posting', 'failed'),
        ('posted', 'undoing'), ('undoing', 'undone'), ('undoing', 'posted')
    ) THEN
        RAISE EXCEPTION 'import % can''t go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_import_moves_forward BEFORE UPDATE OR DELETE ON ims_imports_import
    FOR EACH ROW EXECUTE FUNCTION ims_check_import();
"""

# Texts and payers may be blanked, for the sake of privacy; what the money was may not change.
ROWS_STAY = """
CREATE FUNCTION ims_check_import_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT i.id INTO kept FROM ims_imports_import i
            WHERE i.id IN (SELECT DISTINCT of_import_id FROM gone)
              AND i.state IN ('posted', 'undoing', 'undone') LIMIT 1;
    ELSE
        SELECT i.id INTO kept FROM ims_imports_import i
            WHERE i.state IN ('posted', 'undoing', 'undone')
              AND i.id IN (
                  SELECT o.of_import_id FROM gone o LEFT JOIN changed n ON n.id = o.id
                  WHERE (o.of_import_id, o.ordinal, o.number, o.outcome, o.amount, o.date,
                         o.account_reference, o.fund_id, o.method_id, o.key)
                  IS DISTINCT FROM
                        (n.of_import_id, n.ordinal, n.number, n.outcome, n.amount, n.date,
                         n.account_reference, n.fund_id, n.method_id, n.key)) LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION 'the rows of import % are in the book', kept
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ims_import_rows_stay AFTER DELETE ON ims_imports_importrow
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ims_check_import_rows();
CREATE TRIGGER ims_import_rows_keep AFTER UPDATE ON ims_imports_importrow
    REFERENCING OLD TABLE AS gone NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION ims_check_import_rows();
"""

UNDO = """
DROP TRIGGER ims_import_rows_keep ON ims_imports_importrow;
DROP TRIGGER ims_import_rows_stay ON ims_imports_importrow;
DROP FUNCTION ims_check_import_rows();
DROP TRIGGER ims_import_moves_forward ON ims_imports_import;
DROP FUNCTION ims_check_import();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_imports", "0001_initial")]

    operations = [migrations.RunSQL(sql=[COURSE, ROWS_STAY], reverse_sql=UNDO)]

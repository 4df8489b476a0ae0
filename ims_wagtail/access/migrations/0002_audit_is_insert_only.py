"""What staff did stays written down: the database refuses to change or drop an audit entry."""

from django.db import migrations


INSERT_ONLY = """
CREATE FUNCTION ims_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: % is refused', TG_TABLE_NAME, lower(TG_OP)
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_audit_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_access_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_audit_change();
"""

UNDO = """
DROP TRIGGER ims_audit_insert_only ON ims_access_auditentry;
DROP FUNCTION ims_refuse_audit_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_access", "0001_initial")]

    operations = [migrations.RunSQL(sql=INSERT_ONLY, reverse_sql=UNDO)]

"""A chain of hashes over the audit log, and the log of who looked at personal data."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# What is hashed is one line of JSON, so that anybody can work it out again elsewhere: the manual says
# how. Reading after the lock is taken, in statements of its own, sees every link made before.
CHAIN = """
CREATE FUNCTION ims_audit_hash(previous text, entry ims_access_auditentry) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        previous, entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        entry.user_id, entry.user_name, entry.action, entry.object_type, entry.object_id,
        entry.fund_id, entry.before, entry.after
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION ims_seal_audit() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    entry ims_access_auditentry;
    last_position bigint;
    last_hash text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ims audit chain'));
    SELECT position, hash INTO last_position, last_hash FROM ims_access_auditlink
        ORDER BY position DESC LIMIT 1;
    last_position := coalesce(last_position, 0);
    last_hash := coalesce(last_hash, repeat('0', 64));
    FOR entry IN
        SELECT e.* FROM ims_access_unsealedentry u
        JOIN ims_access_auditentry e ON e.id = u.entry_id ORDER BY e.id
    LOOP
        last_position := last_position + 1;
        INSERT INTO ims_access_auditlink (position, entry_id, previous, hash)
            VALUES (last_position, entry.id, last_hash, ims_audit_hash(last_hash, entry))
            RETURNING hash INTO last_hash;
        DELETE FROM ims_access_unsealedentry WHERE entry_id = entry.id;
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION ims_audit_entry_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ims_access_unsealedentry (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER ims_audit_waits AFTER INSERT ON ims_access_auditentry
    FOR EACH ROW EXECUTE FUNCTION ims_audit_entry_waits();
CREATE TRIGGER ims_audit_links_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_access_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_audit_change();
CREATE TRIGGER ims_reads_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ims_access_readentry
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_audit_change();

-- What was written before there was a chain gets its links now.
INSERT INTO ims_access_unsealedentry (entry_id) SELECT id FROM ims_access_auditentry;
SELECT ims_seal_audit();
"""

UNDO = """
DROP TRIGGER ims_reads_insert_only ON ims_access_readentry;
DROP TRIGGER ims_audit_links_stay ON ims_access_auditlink;
DROP TRIGGER ims_audit_waits ON ims_access_auditentry;
DROP FUNCTION ims_audit_entry_waits();
DROP FUNCTION ims_seal_audit();
DROP FUNCTION ims_audit_hash(text, ims_access_auditentry);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ims_access', '0004_saved_lists'),
        ('ims_funds', '0005_fund_facts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnsealedEntry',
            fields=[
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='ims_access.auditentry')),
            ],
            options={
                'verbose_name': 'audit entry to be sealed',
                'verbose_name_plural': 'audit entries to be sealed',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('previous', models.CharField(max_length=64, unique=True)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='link', to='ims_access.auditentry')),
            ],
            options={
                'verbose_name': 'link of the audit log',
                'verbose_name_plural': 'links of the audit log',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ReadEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('hour', models.DateTimeField()),
                ('user_name', models.CharField(max_length=150, verbose_name='person')),
                ('what', models.CharField(choices=[('page', 'Looked at the page'), ('search', 'Searched'), ('file', 'Took a file')], max_length=10, verbose_name='what they did')),
                ('object_type', models.CharField(max_length=100)),
                ('object_id', models.CharField(blank=True, max_length=64, verbose_name='number')),
                ('fund', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ims_funds.fund')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'look at personal data',
                'verbose_name_plural': 'looks at personal data',
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['-at', '-id'], name='ims_read_newest'), models.Index(fields=['object_type', 'object_id'], name='ims_read_object')],
                'constraints': [models.UniqueConstraint(fields=('user', 'what', 'object_type', 'object_id', 'hour'), name='ims_one_look_an_hour')],
            },
        ),
        migrations.RunSQL(sql=CHAIN, reverse_sql=UNDO),
    ]

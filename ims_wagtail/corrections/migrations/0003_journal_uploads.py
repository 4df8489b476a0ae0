"""Files of journals: their course, and that their lines stay theirs."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import ims_wagtail.ledger.models


UPLOAD = """
CREATE FUNCTION ims_check_journal_upload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'file of journals % is kept for good', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a file of journals begins by waiting'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF OLD.state <> 'waiting' THEN
        RAISE EXCEPTION 'file of journals % is over', OLD.id USING ERRCODE = 'restrict_violation';
    ELSIF to_jsonb(NEW) - '{state,finished_at}'::text[]
    IS DISTINCT FROM to_jsonb(OLD) - '{state,finished_at}'::text[] THEN
        RAISE EXCEPTION 'file of journals %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER ims_journal_upload_moves_forward BEFORE INSERT OR UPDATE OR DELETE
    ON ims_corrections_journalupload FOR EACH ROW EXECUTE FUNCTION ims_check_journal_upload();

CREATE FUNCTION ims_check_line_of_upload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'correction %: what was asked for is frozen', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ims_correction_keeps_its_upload BEFORE UPDATE ON ims_corrections_correction
    FOR EACH ROW WHEN ((NEW.upload_id, NEW.upload_line) IS DISTINCT FROM
                       (OLD.upload_id, OLD.upload_line))
    EXECUTE FUNCTION ims_check_line_of_upload();
"""
UNDO = """
DROP TRIGGER ims_correction_keeps_its_upload ON ims_corrections_correction;
DROP FUNCTION ims_check_line_of_upload();
DROP TRIGGER ims_journal_upload_moves_forward ON ims_corrections_journalupload;
DROP FUNCTION ims_check_journal_upload();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ims_corrections", "0002_rules_of_correcting"),
        ("ims_funds", "0005_fund_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE ims_journal_upload_reference START 10000001",
            reverse_sql="DROP SEQUENCE ims_journal_upload_reference",
        ),
        migrations.CreateModel(
            name="JournalUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        db_default=ims_wagtail.ledger.models.NextReference(
                            "U", "ims_journal_upload_reference"
                        ),
                        max_length=24,
                        unique=True,
                        verbose_name="upload number",
                    ),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        help_text="Of what the lines say, so that a file is taken in once",
                        max_length=64,
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("lines", models.PositiveIntegerField(verbose_name="lines")),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for approval"),
                            ("posted", "Posted"),
                            ("rejected", "Not approved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="asked for at",
                    ),
                ),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                (
                    "funds",
                    models.ManyToManyField(
                        related_name="+", to="ims_funds.fund", verbose_name="funds"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of journals",
                "verbose_name_plural": "files of journals",
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("lines__gt", 0)),
                        name="ims_journal_upload_moves_money",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "posted"))),
                        fields=("fingerprint",),
                        name="ims_a_file_of_journals_is_taken_in_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="correction",
            name="upload",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="ims_corrections.journalupload",
                verbose_name="file of journals",
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="upload_line",
            field=models.PositiveIntegerField(null=True, verbose_name="line of the file"),
        ),
        migrations.RunSQL(sql=UPLOAD, reverse_sql=UNDO),
    ]

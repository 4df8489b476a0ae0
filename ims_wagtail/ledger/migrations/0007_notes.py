"""Notes that staff write on postings. They stay as they were written."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# Truncation is let through: it is how test databases are emptied, and no code of ours does it.
INSERT_ONLY = """
CREATE TRIGGER ims_posting_note_insert_only BEFORE UPDATE OR DELETE ON ims_ledger_postingnote
    FOR EACH STATEMENT EXECUTE FUNCTION ims_refuse_change();
"""
UNDO = "DROP TRIGGER ims_posting_note_insert_only ON ims_ledger_postingnote;"


class Migration(migrations.Migration):
    dependencies = [
        ("ims_ledger", "0006_periods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PostingNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        help_text="Of the form it was written on, so that it is written once",
                        unique=True,
                    ),
                ),
                ("text", models.CharField(max_length=1000, verbose_name="note")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="written at",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="ims_ledger.posting",
                    ),
                ),
            ],
            options={
                "verbose_name": "note on a posting",
                "verbose_name_plural": "notes on postings",
                "default_permissions": ("view", "add"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="ims_posting_note_says_something",
                    )
                ],
            },
        ),
        migrations.RunSQL(sql=INSERT_ONLY, reverse_sql=UNDO),
    ]

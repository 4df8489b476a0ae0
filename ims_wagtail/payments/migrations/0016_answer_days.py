"""A line says how long its answers are kept. Those that a table of rules chose by may be erased too."""

from django.db import migrations, models
from django.db.models import Q


FORWARDS = """
CREATE OR REPLACE FUNCTION ims_check_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.answers = '[]' THEN
        OLD.answers := NEW.answers;
        IF NEW.amount_basis = OLD.amount_basis || '{"chosen": {}}' THEN
            OLD.amount_basis := NEW.amount_basis;
        END IF;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'line % of order % is frozen', OLD.number, OLD.order_id
        USING ERRCODE = 'restrict_violation';
END $$;
"""

BACKWARDS = """
CREATE OR REPLACE FUNCTION ims_check_order_line() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ims_payments", "0015_lines_of_a_page"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="answer_days",
            field=models.PositiveSmallIntegerField(
                help_text="How many days answers are kept, if not as long as the site says",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=~Q(answers=[]), fields=["id"], name="ims_order_line_answers"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]

"""What staff entered by mistake can be voided; what a provider took can't."""

from django.db import migrations, models


MAY_BECOME = """
CREATE OR REPLACE FUNCTION ims_check_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.token, NEW.reference, NEW.total, NEW.language, NEW.basket_token, NEW.created_at)
    IS DISTINCT FROM
       (OLD.token, OLD.reference, OLD.total, OLD.language, OLD.basket_token, OLD.created_at) THEN
        RAISE EXCEPTION 'order %% is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state
    AND (OLD.state, NEW.state) NOT IN (%(allowed)s) THEN
        RAISE EXCEPTION 'order %%: %% can not become %%', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = "('unpaid', 'paid'), ('paid', 'reversed')"
AFTER = f"{BEFORE}, ('paid', CASE WHEN OLD.account_id IS NULL THEN 'voided' ELSE OLD.state END)"


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0012_paid_orders")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("unpaid", "Not paid"),
                    ("paid", "Paid"),
                    ("reversed", "Paid, then taken back"),
                    ("voided", "Void: entered by mistake"),
                ],
                default="unpaid",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.RunSQL(MAY_BECOME % {"allowed": AFTER}, MAY_BECOME % {"allowed": BEFORE}),
    ]

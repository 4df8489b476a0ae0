"""What is paid through an account is said by its routes; an order always names its account."""

import django.db.models.deletion
from django.db import migrations, models


# Orders made by a process that still ran the code before: the account that took all payments then.
EVERYTHING = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE ims_payments_order DISABLE TRIGGER ims_order_account_frozen;
UPDATE ims_payments_order o SET account_id = coalesce(
    (SELECT a.account_id FROM ims_payments_attempt a WHERE a.order_id = o.id
     ORDER BY a.number DESC LIMIT 1),
    (SELECT m.id FROM ims_payments_merchantaccount m ORDER BY m.is_default DESC, m.id LIMIT 1))
WHERE o.account_id IS NULL;
ALTER TABLE ims_payments_order ENABLE TRIGGER ims_order_account_frozen;
INSERT INTO ims_payments_route (account_id, payment_type_id, channel)
SELECT id, NULL, 'online' FROM ims_payments_merchantaccount WHERE is_default
ON CONFLICT DO NOTHING;
"""

DEFAULT = """
UPDATE ims_payments_merchantaccount SET is_default = true WHERE id =
    (SELECT account_id FROM ims_payments_route
     WHERE payment_type_id IS NULL AND channel = 'online');
"""


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0004_rules_of_refunding")]

    operations = [
        migrations.RunSQL(sql=EVERYTHING, reverse_sql=DEFAULT),
        migrations.RemoveConstraint("merchantaccount", "ims_one_account_takes_payments"),
        migrations.RemoveField("merchantaccount", "is_default"),
        migrations.AlterField(
            "order",
            "account",
            models.ForeignKey(
                help_text=(
                    "Which takes the payment: a basket over several accounts has an order for each"
                ),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="ims_payments.merchantaccount",
                verbose_name="merchant account",
            ),
        ),
        migrations.AddConstraint(
            "merchantaccount",
            models.CheckConstraint(
                condition=models.Q(
                    minimum_amount__gt=0, minimum_amount__lte=models.F("maximum_amount")
                ),
                name="ims_account_limits_in_order",
                violation_error_message="The least must be above nothing and not above the most",
            ),
        ),
    ]

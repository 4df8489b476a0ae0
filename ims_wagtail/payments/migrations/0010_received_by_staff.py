"""Orders that staff received themselves, at the counter or by post: no provider, no account."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("ims_payments", "0009_pauses")]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="account",
            field=models.ForeignKey(
                help_text=(
                    "Which takes the payment: a basket over several accounts has an order for"
                    " each. What staff receive themselves has none"
                ),
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="ims_payments.merchantaccount",
                verbose_name="merchant account",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="channel",
            field=models.CharField(
                choices=[
                    ("online", "Online"),
                    ("telephone", "By telephone, through staff"),
                    ("counter", "At the counter"),
                    ("post", "By post"),
                ],
                default="online",
                max_length=10,
                verbose_name="taken",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("unpaid", "Not paid"),
                    ("paid", "Paid"),
                    ("reversed", "Paid, then taken back"),
                ],
                default="unpaid",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(("account__isnull", False), ("channel__in", ("online", "telephone")))
                | Q(
                    Q(("channel__in", ("online", "telephone")), _negated=True),
                    Q(("state", "unpaid"), _negated=True),
                    ("account__isnull", True),
                ),
                name="ims_order_has_an_account_or_was_received",
            ),
        ),
    ]

"""An ordered line keeps what made its amount up: prices, quantities, the rule that matched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_payments", "0013_voided_orders"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="amount_basis",
            field=models.JSONField(
                default=dict,
                help_text="What made the amount up: prices, quantities and the rule that matched",
            ),
        ),
    ]

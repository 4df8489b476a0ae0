"""A line keeps how its amount came about, so that it is worked out anew at every step."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_checkout", "0003_receipt_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="basketline",
            name="amount_basis",
            field=models.JSONField(
                default=dict,
                help_text="How the page lays the amount out and what was chosen; empty where it doesn’t",
            ),
        ),
    ]

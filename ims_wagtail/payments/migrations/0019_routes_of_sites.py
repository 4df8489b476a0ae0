"""What is paid on one site may go through an account of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_payments", "0018_answers_are_listed"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        migrations.RemoveConstraint("route", "ims_one_account_a_payment_type"),
        migrations.AddField(
            model_name="route",
            name="site",
            field=models.ForeignKey(
                blank=True,
                help_text="Leave empty for every site that has no route of its own",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="wagtailcore.site",
                verbose_name="site",
            ),
        ),
        migrations.AddConstraint(
            "route",
            models.UniqueConstraint(
                fields=("payment_type", "site", "channel"),
                name="ims_one_account_a_payment_type",
                nulls_distinct=False,
                violation_error_message="Another account takes this already",
            ),
        ),
    ]

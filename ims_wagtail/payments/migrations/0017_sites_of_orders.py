"""On which site something was ordered, whose name and VAT number then stand on the receipt."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_payments", "0016_answer_days"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="site",
            field=models.ForeignKey(
                db_index=False,
                help_text=(
                    "Whose name and VAT number stand on the receipt; the default site's if none"
                ),
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.site",
                verbose_name="site",
            ),
        ),
    ]

import django.core.validators
import swapper
from django.db import migrations, models


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0008_steps"),
    ]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.AddField(
                model_name="paymentpage",
                name="answer_days",
                field=models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="After the payment; then answers are erased, and the payment stays. Empty: as long as the site keeps answers",
                    null=True,
                    validators=[django.core.validators.MinValueValidator(1)],
                    verbose_name="days to keep answers",
                ),
            ),
        ]
    )

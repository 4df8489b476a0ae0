import swapper
import wagtail.fields
from django.db import migrations, models


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0002_more_questions"),
    ]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.AddField(
                model_name="paymentpage",
                name="closed_words",
                field=wagtail.fields.RichTextField(
                    blank=True,
                    help_text="What to do instead, shown while the page is paused, not open yet or closed",
                    verbose_name="while closed",
                ),
            ),
            migrations.AddField(
                model_name="paymentpage",
                name="closes_at",
                field=models.DateTimeField(
                    blank=True,
                    help_text="From then on the page says so. Who is paying already can go on",
                    null=True,
                    verbose_name="closes",
                ),
            ),
            migrations.AddField(
                model_name="paymentpage",
                name="opens_at",
                field=models.DateTimeField(
                    blank=True,
                    help_text="Before that the page says from when",
                    null=True,
                    verbose_name="opens",
                ),
            ),
            migrations.AddField(
                model_name="paymentpage",
                name="paused",
                field=models.BooleanField(
                    default=False,
                    help_text="Tick it and publish: nobody can begin to pay until you take the tick away",
                    verbose_name="paused",
                ),
            ),
        ]
    )

import swapper
from django.db import migrations, models


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [("ims_pages", "0012_archived_pages")]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.AddField(
                model_name="paymentpage",
                name="looked_at_first",
                field=models.BooleanField(
                    default=False,
                    help_text="People send an application. Once an officer has approved it they get a link to pay by. Ask for an email address",
                    verbose_name="an officer looks at it before people pay",
                ),
            ),
        ]
    )

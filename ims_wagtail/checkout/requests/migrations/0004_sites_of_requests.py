"""In whose name somebody is asked to pay, where the installation serves several sites."""

import django.db.models.deletion
from django.db import migrations, models


def site() -> models.ForeignKey:
    """Return the field, which both have."""
    return models.ForeignKey(
        db_index=False,
        help_text="Whose name and address stand in it; the default site's if none",
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="wagtailcore.site",
        verbose_name="site",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("ims_requests", "0003_applications"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        migrations.AddField(model_name="requestfile", name="site", field=site()),
        migrations.AddField(model_name="requesttopay", name="site", field=site()),
    ]

"""The council's name, contact details and colours, one record per site."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from wagtail.images import get_image_model_string

import ims_wagtail.ui.colour


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        # The oldest migration that has what is used here, not the newest there is, so that a site
        # on another Wagtail 8 release is not asked for one it lacks.
        ("wagtailcore", "0040_page_draft_title"),
        migrations.swappable_dependency(get_image_model_string()),
    ]

    operations = [
        migrations.CreateModel(
            name="CouncilDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="In full, like “Anyborough Council”.",
                        max_length=120,
                        verbose_name="name",
                    ),
                ),
                (
                    "short_name",
                    models.CharField(
                        blank=True,
                        help_text="As residents say it, like “Anyborough”.",
                        max_length=40,
                        verbose_name="short name",
                    ),
                ),
                (
                    "brand_colour",
                    models.CharField(
                        blank=True,
                        help_text="Behind the council's name at the top of each page, like #1d4f7c.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z",
                                message="Enter a colour as # and six figures or letters a to f, like #1d4f7c",
                            ),
                            ims_wagtail.ui.colour.validate_readable_on_white,
                        ],
                        verbose_name="brand colour",
                    ),
                ),
                (
                    "vat_number",
                    models.CharField(
                        blank=True,
                        help_text="Printed on receipts, like GB 123 4567 89.",
                        max_length=20,
                        verbose_name="VAT registration number",
                    ),
                ),
                ("address", models.TextField(blank=True, verbose_name="address")),
                (
                    "contact_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="contact e-mail"),
                ),
                (
                    "contact_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="contact phone"),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        help_text="Shown on the brand colour, so a light logo with no background works best.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=get_image_model_string(),
                        verbose_name="logo",
                    ),
                ),
                (
                    "site",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="wagtailcore.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "council details",
                "verbose_name_plural": "council details",
            },
        ),
    ]

"""Messages of the day."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("ims_ui", "0001_council_details"),
        ("wagtailcore", "0040_page_draft_title"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("residents", "Residents"), ("staff", "Staff")],
                        default="residents",
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("information", "Information"),
                            ("warning", "Warning"),
                            ("error", "Error"),
                        ],
                        default="information",
                        max_length=12,
                        verbose_name="severity",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="At most 500 characters, without links.",
                        max_length=500,
                        verbose_name="message",
                    ),
                ),
                (
                    "text_cy",
                    models.TextField(
                        blank=True,
                        help_text="For Welsh pages. Without it they show the English message.",
                        max_length=500,
                        verbose_name="message in Welsh",
                    ),
                ),
                (
                    "starts",
                    models.DateTimeField(
                        help_text="The time on clocks in the UK.", verbose_name="starts"
                    ),
                ),
                (
                    "ends",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty to show it until it is changed.",
                        null=True,
                        verbose_name="ends",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="wagtailcore.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "message of the day",
                "verbose_name_plural": "messages of the day",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("ends", None), ("ends__gt", F("starts")), _connector="OR"),
                        name="ims_notice_ends_after_it_starts",
                        violation_error_message="The end must be later than the start.",
                    ),
                    models.CheckConstraint(
                        condition=Q(("text", ""), _negated=True), name="ims_notice_says_something"
                    ),
                ],
            },
        ),
    ]

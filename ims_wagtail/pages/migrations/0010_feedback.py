import uuid

import django.db.models.deletion
import swapper
from django.db import migrations, models


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0009_answer_days"),
        ("ims_payments", "0015_lines_of_a_page"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("page_id", models.PositiveBigIntegerField()),
                ("day", models.DateField(verbose_name="day")),
                (
                    "score",
                    models.PositiveSmallIntegerField(verbose_name="how easy it was, 1 to 5"),
                ),
                (
                    "words",
                    models.TextField(blank=True, max_length=500, verbose_name="in their words"),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "default_permissions": (),
                "indexes": [models.Index(fields=["page_id", "day"], name="ims_feedback_page")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 5)),
                        name="ims_feedback_one_to_five",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackGiven",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ims_payments.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "answered question",
                "verbose_name_plural": "answered questions",
                "default_permissions": (),
            },
        ),
    ]
    # A site with a base page of its own has none of these page types.
    if not swapper.is_swapped("wagtailcore", "Page"):
        operations += [
            migrations.AddField(
                model_name="paymentpage",
                name="asks_feedback",
                field=models.BooleanField(
                    default=False,
                    help_text="Once paid, people may answer one question. Nobody has to",
                    verbose_name="ask how easy it was",
                ),
            ),
        ]

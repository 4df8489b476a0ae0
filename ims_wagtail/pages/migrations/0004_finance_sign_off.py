import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0003_opening"),
        ("wagtailcore", "0094_alter_page_locale"),
    ]

    operations = [
        migrations.CreateModel(
            name="FinanceSignOff",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "finance sign-off",
                "verbose_name_plural": "finance sign-offs",
                "permissions": [("sign_off_page", "Can sign off what payment pages take and ask")],
                "default_permissions": (),
            },
            bases=("wagtailcore.task",),
        ),
        migrations.CreateModel(
            name="SignOffState",
            fields=[
                (
                    "taskstate_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.taskstate",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-off of a page",
                "verbose_name_plural": "sign-offs of pages",
                "default_permissions": (),
            },
            bases=("wagtailcore.taskstate",),
        ),
    ]

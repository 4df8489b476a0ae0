from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("ims_pages", "0011_file_questions")]

    operations = [
        migrations.CreateModel(
            name="ArchivedPage",
            fields=[
                ("page_id", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                (
                    "archived_at",
                    models.DateTimeField(db_default=Now(), verbose_name="archived at"),
                ),
            ],
            options={
                "verbose_name": "archived page",
                "verbose_name_plural": "archived pages",
                "default_permissions": (),
            },
        ),
    ]

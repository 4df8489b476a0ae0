from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("ims_checkout", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="basket",
            name="services_url",
            field=models.CharField(
                blank=True, help_text="Where the resident finds more to pay for", max_length=255
            ),
        ),
        migrations.AddField(
            model_name="basket",
            name="removed",
            field=models.JSONField(
                default=list,
                help_text="Lines taken out because they can't be paid any more, told until the next change",
            ),
        ),
        migrations.AlterField(
            model_name="basketline",
            name="answers",
            field=models.JSONField(
                default=list, help_text="Each question as it was asked, with its answer"
            ),
        ),
    ]

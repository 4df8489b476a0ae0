"""A permission of its own to take the list of files away."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ims_requests", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="requestfile",
            options={
                "default_permissions": ("view",),
                "permissions": [("export_requestfile", "Can download files of requests to pay")],
                "verbose_name": "file of requests to pay",
                "verbose_name_plural": "files of requests to pay",
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_sandbox", "0003_refunds")]

    operations = [
        migrations.AddField("sandboxpayment", "telephone", models.BooleanField(default=False)),
        migrations.AddField(
            "sandboxpayment", "delayed_capture", models.BooleanField(default=False)
        ),
    ]

"""What was paid on a day is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ims_payments", "0011_called_payments")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("paid_at__isnull", False)),
                fields=["paid_at"],
                name="ims_order_paid",
            ),
        ),
    ]

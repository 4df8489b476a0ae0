"""What was paid on a page is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ims_payments", "0014_amount_basis")]

    operations = [
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("page_id__isnull", False)),
                fields=["page_id", "order"],
                name="ims_order_line_page",
            ),
        ),
    ]

"""Prices with dates."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_funds", "0003_fixed_price_given")]

    operations = []

"""Ledger codes, fund groups, attributes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_funds", "0004_prices")]

    operations = []

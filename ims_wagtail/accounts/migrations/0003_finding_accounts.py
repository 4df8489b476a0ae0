"""Finding accounts by misspelt names."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_accounts", "0002_account_guards")]

    operations = []

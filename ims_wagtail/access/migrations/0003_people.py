"""What a person may use, and when they were last here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_access", "0002_audit_is_insert_only")]

    operations = []

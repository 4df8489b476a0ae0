"""Messages of the day."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_ui", "0001_council_details")]

    operations = []

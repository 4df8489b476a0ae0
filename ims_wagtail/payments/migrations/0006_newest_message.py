"""Find the newest message of a provider at once, however many there have been."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_payments', '0005_routes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='comparison',
            options={'default_permissions': ('view',), 'verbose_name': 'comparison with a provider', 'verbose_name_plural': 'comparisons with providers'},
        ),
        migrations.AddIndex(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('source', 'webhook')), fields=['account', '-received_at'], name='ims_newest_message'),
        ),
    ]

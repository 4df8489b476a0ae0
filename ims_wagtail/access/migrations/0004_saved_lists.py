"""Lists that people keep under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_access', '0003_people'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.CharField(help_text="The name of the list's address", max_length=100)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('shared', models.BooleanField(default=False, verbose_name='shared with everybody who sees this list')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ims_saved_lists', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved list',
                'verbose_name_plural': 'saved lists',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('user', 'screen', 'name'), name='ims_one_saved_list_a_name'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='ims_saved_list_has_a_name')],
            },
        ),
    ]

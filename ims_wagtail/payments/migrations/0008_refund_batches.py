"""Refunds of many payments on one approval."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0005_fund_facts'),
        ('ims_payments', '0007_payment_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300, verbose_name='what was paid for')),
                ('since', models.DateField(verbose_name='paid from')),
                ('until', models.DateField(verbose_name='paid to')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('state', models.CharField(choices=[('preparing', 'Being prepared'), ('waiting', 'Waiting for approval'), ('approved', 'Approved'), ('closed', 'Given up')], default='preparing', max_length=10, verbose_name='state')),
                ('wanted', models.JSONField(help_text='Ids of postings and lines, and pounds of each')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='prepared')),
                ('left_out', models.JSONField(default=list, help_text='Receipt numbers and why')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
            ],
            options={
                'verbose_name': 'refund of many payments',
                'verbose_name_plural': 'refunds of many payments',
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='refund',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='ims_payments.refundbatch', verbose_name='refund of many payments'),
        ),
    ]

"""Corrections: money that staff move inside the book."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ims_wagtail.ledger.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ims_funds', '0005_fund_facts'),
        ('ims_ledger', '0004_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE ims_correction_reference START 10000001",
            reverse_sql="DROP SEQUENCE ims_correction_reference",
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(db_default=ims_wagtail.ledger.models.NextReference('C', 'ims_correction_reference'), max_length=24, unique=True, verbose_name='correction number')),
                ('kind', models.CharField(choices=[('journal', 'Journal'), ('transfer', 'Transfer'), ('write_off', 'Write-off')], max_length=10, verbose_name='kind')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('posted', 'Posted'), ('rejected', 'Not approved'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('funds', models.ManyToManyField(related_name='+', to='ims_funds.fund', verbose_name='funds')),
                ('posting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='ims_ledger.posting', verbose_name='posting')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('undoes', models.ForeignKey(help_text='The journal or transfer it takes back as a whole', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='ims_ledger.posting', verbose_name='undoes')),
            ],
            options={
                'verbose_name': 'correction',
                'verbose_name_plural': 'corrections',
                'permissions': [('request_journal', 'Can ask for a journal'), ('approve_journal', 'Can approve a journal'), ('request_transfer', 'Can ask for a transfer'), ('approve_transfer', 'Can approve a transfer'), ('request_write_off', 'Can ask for a write-off'), ('approve_write_off', 'Can approve a write-off')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='CorrectionGive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('account_reference', models.CharField(max_length=36, verbose_name='account reference')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('narrative', models.CharField(blank=True, max_length=200, verbose_name='narrative')),
                ('correction', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='gives', to='ims_corrections.correction')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund')),
                ('vat_code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.vatcode', verbose_name='VAT code')),
            ],
            options={
                'verbose_name': 'account a correction puts money on',
                'verbose_name_plural': 'accounts corrections put money on',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CorrectionTake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('correction', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='ims_corrections.correction')),
                ('transaction', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='correction_takes', to='ims_ledger.transaction')),
            ],
            options={
                'verbose_name': 'line a correction takes from',
                'verbose_name_plural': 'lines corrections take from',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['-requested_at', '-id'], name='ims_correction_newest'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_correction_moves_money'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ims_correction_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posting__isnull', False), ('state', 'posted')), models.Q(models.Q(('state', 'posted'), _negated=True), ('posting__isnull', True)), _connector='OR'), name='ims_correction_is_posted_with_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='ims_correction_knows_when_it_was_over'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'posted'))), fields=('undoes',), name='ims_a_posting_is_undone_once'),
        ),
        migrations.AddConstraint(
            model_name='correctiongive',
            constraint=models.UniqueConstraint(fields=('correction', 'number'), name='ims_one_give_a_number'),
        ),
        migrations.AddConstraint(
            model_name='correctiongive',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_give_gives_money'),
        ),
        migrations.AddConstraint(
            model_name='correctiontake',
            constraint=models.UniqueConstraint(fields=('correction', 'transaction'), name='ims_one_take_a_line'),
        ),
        migrations.AddConstraint(
            model_name='correctiontake',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_take_takes_money'),
        ),
    ]

"""Suspense: items, notes, allocations and known payers."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ims_wagtail.ledger.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ims_funds', '0005_fund_facts'),
        ('ims_ledger', '0005_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE ims_allocation_reference START 10000001",
            reverse_sql="DROP SEQUENCE ims_allocation_reference",
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(db_default=ims_wagtail.ledger.models.NextReference('A', 'ims_allocation_reference'), max_length=24, unique=True, verbose_name='allocation number')),
                ('form_key', models.UUIDField(help_text='Of the form it was filled in by: a second click does nothing', unique=True)),
                ('amount', models.DecimalField(decimal_places=2, help_text='All that is moved', max_digits=12, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('posted', 'Posted'), ('rejected', 'Not approved'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('funds', models.ManyToManyField(related_name='+', to='ims_funds.fund', verbose_name='funds')),
                ('posting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suspense_allocation', to='ims_ledger.posting', verbose_name='posting')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='ims_suspense.allocation', verbose_name='undoes')),
            ],
            options={
                'verbose_name': 'suspense allocation',
                'verbose_name_plural': 'suspense allocations',
                'permissions': [('approve_allocation', 'Can approve an allocation of suspense')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='AllocationGive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('account_reference', models.CharField(max_length=36, verbose_name='account reference')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('narrative', models.CharField(blank=True, max_length=200, verbose_name='narrative')),
                ('allocation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='gives', to='ims_suspense.allocation')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund')),
                ('vat_code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.vatcode', verbose_name='VAT code')),
            ],
            options={
                'verbose_name': 'account an allocation puts money on',
                'verbose_name_plural': 'accounts allocations put money on',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='KnownPayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='In capitals, words and figures only', max_length=100, verbose_name='name at the bank')),
                ('account_reference', models.CharField(max_length=36, verbose_name='account reference')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('in_use', 'In use'), ('refused', 'Not approved'), ('forgotten', 'Forgotten')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='proposed at')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
            ],
            options={
                'verbose_name': 'known payer',
                'verbose_name_plural': 'known payers',
                'permissions': [('propose_knownpayer', 'Can propose known payers, and have them forgotten'), ('approve_knownpayer', 'Can approve known payers')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='SuspenseItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('cleared', models.BooleanField(db_default=False, verbose_name='cleared')),
                ('owned_since', models.DateTimeField(null=True, verbose_name='since')),
                ('due', models.DateField(null=True, verbose_name='due')),
                ('fund', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked after by')),
                ('transaction', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='suspense_item', to='ims_ledger.transaction')),
            ],
            options={
                'verbose_name': 'suspense item',
                'verbose_name_plural': 'suspense items',
                'permissions': [('export_suspenseitem', 'Can export suspense items'), ('allocate_suspenseitem', 'Can allocate suspense items')],
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='AllocationTake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('allocation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='ims_suspense.allocation')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='takes', to='ims_suspense.suspenseitem')),
            ],
            options={
                'verbose_name': 'item an allocation takes from',
                'verbose_name_plural': 'items allocations take from',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SuspenseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('note', 'Note'), ('question', 'Question to the payer, by e-mail')], default='note', max_length=10)),
                ('text', models.CharField(max_length=1000, verbose_name='note')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='ims_suspense.suspenseitem')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'note about suspense',
                'verbose_name_plural': 'notes about suspense',
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(fields=['-requested_at', '-id'], name='ims_allocation_newest'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_allocation_moves_money'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ims_allocation_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('posting__isnull', False), ('state', 'posted')), models.Q(models.Q(('state', 'posted'), _negated=True), ('posting__isnull', True)), _connector='OR'), name='ims_allocation_is_posted_with_a_posting'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='ims_allocation_knows_when_it_was_over'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'posted'))), fields=('undoes',), name='ims_an_allocation_is_undone_once'),
        ),
        migrations.AddConstraint(
            model_name='allocationgive',
            constraint=models.UniqueConstraint(fields=('allocation', 'number'), name='ims_one_given_line_a_number'),
        ),
        migrations.AddConstraint(
            model_name='allocationgive',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='ims_allocation_gives_money'),
        ),
        migrations.AddConstraint(
            model_name='knownpayer',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'in_use'))), fields=('name', 'fund', 'account_reference'), name='ims_a_payer_is_known_once'),
        ),
        migrations.AddConstraint(
            model_name='knownpayer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('account_reference', ''), _negated=True)), name='ims_known_payer_has_both'),
        ),
        migrations.AddIndex(
            model_name='suspenseitem',
            index=models.Index(fields=['-received_at', '-id'], name='ims_suspense_newest'),
        ),
        migrations.AddIndex(
            model_name='suspenseitem',
            index=models.Index(condition=models.Q(('cleared', False)), fields=['-received_at', '-id'], name='ims_suspense_open'),
        ),
        migrations.AddConstraint(
            model_name='suspenseitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('owned_since__isnull', True), ('owner__isnull', True)), models.Q(('owned_since__isnull', False), ('owner__isnull', False)), _connector='OR'), name='ims_item_knows_since_when_it_is_owned'),
        ),
        migrations.AddConstraint(
            model_name='allocationtake',
            constraint=models.UniqueConstraint(fields=('allocation', 'item'), name='ims_one_take_an_item'),
        ),
        migrations.AddConstraint(
            model_name='allocationtake',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='ims_allocation_takes_money'),
        ),
        migrations.AddConstraint(
            model_name='suspensenote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='ims_note_says_something'),
        ),
    ]

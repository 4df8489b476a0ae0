"""Accounts with routes, refunds, disputes and comparisons with providers."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ims_wagtail.ledger.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0005_fund_facts'),
        ('ims_ledger', '0004_holds'),
        ('ims_payments', '0002_rules_of_paying'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            sql="CREATE SEQUENCE ims_refund_reference START 10000001",
            reverse_sql="DROP SEQUENCE ims_refund_reference",
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(db_default=ims_wagtail.ledger.models.NextReference('F', 'ims_refund_reference'), max_length=24, unique=True, verbose_name='refund number')),
                ('route', models.CharField(choices=[('card', 'To the card'), ('bank', 'To a bank account'), ('provider', "Made in the provider's own console")], max_length=10, verbose_name='route')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('state', models.CharField(choices=[('requested', 'Waiting for approval'), ('rejected', 'Not approved'), ('withdrawn', 'Withdrawn'), ('approved', 'Approved'), ('sending', 'Being sent'), ('unknown', 'Nobody knows yet whether it was made'), ('submitted', 'On its way'), ('succeeded', 'Refunded'), ('failed', 'Not made'), ('returned', 'Made, then returned')], default='requested', max_length=10, verbose_name='state')),
                ('provider_id', models.CharField(blank=True, max_length=64, verbose_name="provider's refund number")),
                ('available_before', models.DecimalField(decimal_places=2, help_text='What the provider said could be refunded just before it was asked', max_digits=12, null=True)),
                ('problem', models.CharField(blank=True, max_length=200, verbose_name='problem')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished at')),
                ('checks', models.PositiveSmallIntegerField(default=0, verbose_name='checks')),
                ('next_check_at', models.DateTimeField(null=True, verbose_name='next check')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'permissions': [('request_refund', 'Can ask for a refund'), ('approve_refund', 'Can approve a refund')],
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='captured_on',
            field=models.DateField(null=True, verbose_name='captured on'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='fee',
            field=models.DecimalField(decimal_places=2, help_text='What the provider keeps; not known from every provider', max_digits=12, null=True, verbose_name="provider's fee"),
        ),
        migrations.AddField(
            model_name='attempt',
            name='settled_on',
            field=models.DateField(null=True, verbose_name='paid out on'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='surcharge',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.00'), help_text='What the provider added for a corporate card, on top of the amount', max_digits=12, verbose_name='card surcharge'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='delayed_capture',
            field=models.BooleanField(default=False, help_text='Money is only reserved until this system has compared it with the order', verbose_name='capture after checking'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='fee_fund',
            field=models.ForeignKey(blank=True, help_text='Leave empty to have the fees of lost disputes posted to suspense', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund of dispute fees'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='fee_reference',
            field=models.CharField(blank=True, max_length=36, verbose_name='account of dispute fees'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='is_live',
            field=models.BooleanField(default=False, help_text='Compared with the key: a test key never takes real money, nor the reverse', verbose_name='takes real money'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='surcharge_fund',
            field=models.ForeignKey(blank=True, help_text='Leave empty to have surcharges posted to suspense', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund', verbose_name='fund of card surcharges'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='surcharge_reference',
            field=models.CharField(blank=True, max_length=36, verbose_name='account of card surcharges'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='unavailable_since',
            field=models.DateTimeField(editable=False, help_text='The provider refuses this account; nothing is offered through it meanwhile', null=True, verbose_name='unavailable since'),
        ),
        migrations.AddField(
            model_name='merchantaccount',
            name='unavailable_why',
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='order',
            name='account',
            field=models.ForeignKey(help_text='Which takes the payment: a basket over several accounts has an order for each', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_payments.merchantaccount', verbose_name='merchant account'),
        ),
        migrations.AddField(
            model_name='order',
            name='channel',
            field=models.CharField(choices=[('online', 'Online'), ('telephone', 'By telephone, through staff')], default='online', max_length=10, verbose_name='taken'),
        ),
        migrations.AddField(
            model_name='order',
            name='office',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.office', verbose_name='office'),
        ),
        migrations.AddField(
            model_name='order',
            name='taken_by',
            field=models.ForeignKey(db_index=False, help_text='The member of staff who took the payment or sent the link', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken by'),
        ),
        migrations.CreateModel(
            name='Comparison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('compared_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='compared at')),
                ('their_count', models.PositiveIntegerField(verbose_name='their payments and refunds')),
                ('their_total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='their total')),
                ('our_count', models.PositiveIntegerField(verbose_name='our payments and refunds')),
                ('our_total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='our total')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comparisons', to='ims_payments.merchantaccount')),
            ],
            options={
                'verbose_name': 'comparison with a provider',
                'verbose_name_plural': 'comparisons with providers',
                'default_permissions': ('view', 'add'),
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider_id', models.CharField(max_length=64, verbose_name="provider's dispute number")),
                ('payment_provider_id', models.CharField(max_length=64, verbose_name='PSP reference')),
                ('status', models.CharField(choices=[('needs_response', 'Needs evidence'), ('under_review', 'Under review'), ('won', 'Won'), ('lost', 'Lost')], max_length=16, verbose_name='status')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('fee', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='fee')),
                ('opened_at', models.DateTimeField(verbose_name='opened at')),
                ('evidence_due_at', models.DateTimeField(null=True, verbose_name='evidence due')),
                ('settled_on', models.DateField(null=True, verbose_name='settled on')),
                ('seen_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='last seen')),
                ('problem', models.CharField(blank=True, max_length=200, verbose_name='problem')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='ims_payments.merchantaccount')),
                ('attempt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='ims_payments.attempt')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked after by')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='RefundPayee',
            fields=[
                ('refund', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='payee', serialize=False, to='ims_payments.refund')),
                ('name', models.CharField(max_length=18, verbose_name='name of the account')),
                ('sort_code', models.CharField(max_length=6, verbose_name='sort code')),
                ('account_number', models.CharField(max_length=8, verbose_name='account number')),
            ],
            options={
                'verbose_name': 'payee of a refund',
                'verbose_name_plural': 'payees of refunds',
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='refund',
            name='account',
            field=models.ForeignKey(help_text='Which took the money, and gives it back', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='ims_payments.merchantaccount', verbose_name='merchant account'),
        ),
        migrations.AddField(
            model_name='refund',
            name='attempt',
            field=models.ForeignKey(help_text='The card payment that is refunded', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='ims_payments.attempt'),
        ),
        migrations.AddField(
            model_name='refund',
            name='posting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='ims_ledger.posting', verbose_name='payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='requested_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('not_ours', 'Theirs, not ours'), ('not_theirs', 'Ours, not theirs'), ('different', 'Different')], max_length=12, verbose_name='kind')),
                ('is_refund', models.BooleanField(default=False, verbose_name='refund')),
                ('provider_id', models.CharField(max_length=64, verbose_name="provider's number")),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='our reference')),
                ('their_amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='their amount')),
                ('our_amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='our amount')),
                ('their_state', models.CharField(blank=True, max_length=60, verbose_name='their state')),
                ('our_state', models.CharField(blank=True, max_length=20, verbose_name='our state')),
                ('explanation', models.CharField(blank=True, max_length=400, verbose_name='explanation')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_payments.merchantaccount')),
                ('attempt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='ims_payments.attempt')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('comparison', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='ims_payments.comparison')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked after by')),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='ims_payments.refund')),
            ],
            options={
                'verbose_name': 'difference with a provider',
                'verbose_name_plural': 'differences with providers',
                'default_permissions': ('view', 'change'),
            },
        ),
        migrations.CreateModel(
            name='RefundFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='number')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='made at')),
                ('total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='total')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed at')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('refunds', models.ManyToManyField(related_name='files', to='ims_payments.refund')),
            ],
            options={
                'verbose_name': 'file of refunds for the bank',
                'verbose_name_plural': 'files of refunds for the bank',
                'default_permissions': ('view', 'add', 'change'),
            },
        ),
        migrations.CreateModel(
            name='RefundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='ims_payments.refund')),
                ('transaction', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='refund_lines', to='ims_ledger.transaction')),
            ],
            options={
                'verbose_name': 'line of a refund',
                'verbose_name_plural': 'lines of refunds',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('telephone', 'By telephone, through staff')], default='online', max_length=10, verbose_name='taken')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routes', to='ims_payments.merchantaccount')),
                ('payment_type', models.ForeignKey(blank=True, help_text='Leave empty for everything that no other account takes', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ims_funds.paymenttype', verbose_name='payment type')),
            ],
            options={
                'verbose_name': 'route of payments',
                'verbose_name_plural': 'routes of payments',
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='comparison',
            constraint=models.UniqueConstraint(fields=('account', 'day'), name='ims_one_comparison_a_day'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('status__in', ('needs_response', 'under_review'))), fields=['evidence_due_at'], name='ims_disputes_open'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(fields=('account', 'provider_id'), name='ims_one_row_a_dispute'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_dispute_is_of_money'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('next_check_at__isnull', False)), fields=['next_check_at'], name='ims_refunds_to_check'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['-requested_at', '-id'], name='ims_refund_newest'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_refund_gives_money'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('route', 'provider'), _connector='OR'), name='ims_refund_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('requested_by__isnull', False), ('route', 'provider'), _connector='OR'), name='ims_refund_was_asked_for'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('route', 'bank'), models.Q(('account__isnull', False), ('attempt__isnull', False)), _connector='OR'), name='ims_card_refund_has_a_payment'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('account', 'provider_id'), name='ims_one_refund_a_provider_refund'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('sending', 'unknown'))), fields=('attempt',), name='ims_one_refund_of_a_payment_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('account', 'is_refund', 'provider_id'), name='ims_one_open_difference_a_thing'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), models.Q(('explanation', ''), _negated=True)), _connector='OR'), name='ims_closed_difference_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.UniqueConstraint(fields=('refund', 'transaction'), name='ims_one_refund_line_a_line'),
        ),
        migrations.AddConstraint(
            model_name='refundline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_refund_line_gives_money'),
        ),
        migrations.AddConstraint(
            model_name='route',
            constraint=models.UniqueConstraint(fields=('payment_type', 'channel'), name='ims_one_account_a_payment_type', nulls_distinct=False, violation_error_message='Another account takes this already'),
        ),
    ]

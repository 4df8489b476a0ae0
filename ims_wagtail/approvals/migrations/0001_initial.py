"""Requests, their funds, and limits of those who decide."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('ims_funds', '0005_fund_facts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('subject', models.CharField(help_text='The one thing it is about, such as refund:12', max_length=80)),
                ('title', models.CharField(max_length=200, verbose_name='what')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for approval'), ('approved', 'Approved'), ('not_needed', 'Done without a second person'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='waiting', max_length=10, verbose_name='state')),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='asked for at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='ApprovalFund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='ims_approvals.approval')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.fund')),
            ],
            options={
                'verbose_name': 'fund of an approval',
                'verbose_name_plural': 'funds of approvals',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='approval',
            name='funds',
            field=models.ManyToManyField(related_name='+', through='ims_approvals.ApprovalFund', to='ims_funds.fund', verbose_name='funds'),
        ),
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('alone_up_to', models.DecimalField(decimal_places=2, default=Decimal('0.00'), help_text='In pounds. 0 means never: a second person always decides.', max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='may act alone up to')),
                ('approve_up_to', models.DecimalField(blank=True, decimal_places=2, help_text='In pounds. Leave empty for any amount.', max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='may approve up to')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ims_approval_limits', to='auth.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'approval limit',
                'verbose_name_plural': 'approval limits',
            },
        ),
        migrations.AddConstraint(
            model_name='approvalfund',
            constraint=models.UniqueConstraint(fields=('approval', 'fund'), name='ims_a_fund_once_in_an_approval'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['-requested_at', '-id'], name='ims_approval_newest'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['subject'], name='ims_approval_subject'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['expires_at'], name='ims_approvals_waiting'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('subject', ''), _negated=True), models.Q(('title', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='ims_approval_says_what_and_why'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='ims_approval_amount_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', models.F('requested_by')), _negated=True), name='ims_nobody_approves_their_own'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state__in', ('approved', 'rejected'))), models.Q(('decided_by__isnull', True), models.Q(('state__in', ('approved', 'rejected')), _negated=True)), _connector='OR'), name='ims_approval_names_who_decided'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'waiting')), models.Q(('decided_at__isnull', False), models.Q(('state', 'waiting'), _negated=True)), _connector='OR'), name='ims_approval_knows_when_it_was_decided'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('note', ''), _negated=True), models.Q(('state', 'rejected'), _negated=True), _connector='OR'), name='ims_rejection_says_why'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'approved', 'not_needed'))), fields=('subject',), name='ims_a_subject_is_approved_once'),
        ),
        migrations.AddConstraint(
            model_name='approvallimit',
            constraint=models.UniqueConstraint(fields=('kind', 'group'), name='ims_one_limit_a_kind_and_group', violation_error_message='This group has a limit of this kind already.'),
        ),
        migrations.AddConstraint(
            model_name='approvallimit',
            constraint=models.CheckConstraint(condition=models.Q(('alone_up_to__gte', 0), models.Q(('approve_up_to__isnull', True), ('approve_up_to__gte', 0), _connector='OR')), name='ims_approval_limits_are_not_negative'),
        ),
    ]

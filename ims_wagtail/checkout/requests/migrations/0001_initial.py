"""Requests to pay, their files and who was asked. What is asked for stays as it was written."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ims_wagtail.checkout.requests.tokens
from django.conf import settings
from django.db import migrations, models


FROZEN = """
CREATE FUNCTION ims_keep_request_to_pay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.key, NEW.payment_type_id, NEW.page_id, NEW.reference, NEW.amount,
        NEW.single_use, NEW.expires_at, NEW.made_by_id, NEW.made_at, NEW.needs_approval)
    IS DISTINCT FROM
       (OLD.id, OLD.key, OLD.payment_type_id, OLD.page_id, OLD.reference, OLD.amount,
        OLD.single_use, OLD.expires_at, OLD.made_by_id, OLD.made_at, OLD.needs_approval) THEN
        RAISE EXCEPTION 'request to pay %: what was asked for is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF OLD.approved_at IS NOT NULL AND (NEW.approved_at, NEW.approved_by_id)
    IS DISTINCT FROM (OLD.approved_at, OLD.approved_by_id)
    OR OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
        RAISE EXCEPTION 'request to pay % is decided', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_request_to_pay_stays BEFORE UPDATE ON ims_requests_requesttopay
    FOR EACH ROW EXECUTE FUNCTION ims_keep_request_to_pay();
"""
UNDO = """
DROP TRIGGER ims_request_to_pay_stays ON ims_requests_requesttopay;
DROP FUNCTION ims_keep_request_to_pay;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ims_funds', '0008_amounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestToPay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=ims_wagtail.checkout.requests.tokens.new_key, editable=False, max_length=12, unique=True)),
                ('page_id', models.PositiveBigIntegerField(help_text='The page whose questions are asked', null=True)),
                ('reference', models.CharField(blank=True, help_text='Empty where the payer types it', max_length=36, verbose_name='account reference')),
                ('amount', models.DecimalField(decimal_places=2, help_text='Empty where the payer types it, or a price decides', max_digits=12, null=True, verbose_name='amount')),
                ('single_use', models.BooleanField(default=True, verbose_name='can be paid once only')),
                ('language', models.CharField(max_length=10, verbose_name='language of the payer')),
                ('expires_at', models.DateTimeField(verbose_name='open until')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='made')),
                ('file_row', models.PositiveIntegerField(null=True, verbose_name='row of the file')),
                ('needs_approval', models.BooleanField(default=False, verbose_name='waits for approval')),
                ('approved_at', models.DateTimeField(null=True, verbose_name='approved')),
                ('opened_at', models.DateTimeField(null=True, verbose_name='first opened')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                ('sendings', models.PositiveSmallIntegerField(default=0, verbose_name='sent how often')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='last sent')),
                ('reminded_at', models.DateTimeField(null=True, verbose_name='reminded')),
                ('claimed_by', models.UUIDField(help_text='The basket line that is being ordered for it at the moment', null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
            ],
            options={
                'verbose_name': 'request to pay',
                'verbose_name_plural': 'requests to pay',
                'permissions': [('approve_requesttopay', 'Can approve requests to pay of others'), ('export_requesttopay', 'Can download requests to pay')],
                'default_permissions': ('view', 'add', 'change'),
            },
        ),
        migrations.CreateModel(
            name='RequestFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('rows', models.JSONField(default=list, help_text='What is still to be made of it, personal data included')),
                ('count', models.PositiveIntegerField(verbose_name='requests')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='made so far')),
                ('single_use', models.BooleanField(default=True, verbose_name='can be paid once only')),
                ('language', models.CharField(max_length=10, verbose_name='language of the payers')),
                ('and_send', models.BooleanField(default=False, verbose_name='sent by email')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='uploaded')),
                ('heard_of_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(null=True, verbose_name='all made')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('payment_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.paymenttype', verbose_name='payment type')),
            ],
            options={
                'verbose_name': 'file of requests to pay',
                'verbose_name_plural': 'files of requests to pay',
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='RequestRecipient',
            fields=[
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='recipient', serialize=False, to='ims_requests.requesttopay')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('message', models.CharField(blank=True, max_length=500, verbose_name='message')),
                ('no_reminders', models.BooleanField(default=False, verbose_name='wants no reminders')),
            ],
            options={
                'verbose_name': 'person asked to pay',
                'verbose_name_plural': 'people asked to pay',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='requesttopay',
            name='file',
            field=models.ForeignKey(help_text='Which it was made from', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='ims_requests.requestfile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='requesttopay',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by'),
        ),
        migrations.AddField(
            model_name='requesttopay',
            name='payment_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.paymenttype', verbose_name='payment type'),
        ),
        migrations.AddField(
            model_name='requesttopay',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.CreateModel(
            name='RequestUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basket_line', models.UUIDField(unique=True)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='ims_requests.requesttopay')),
            ],
            options={
                'verbose_name': 'use of a request to pay',
                'verbose_name_plural': 'uses of requests to pay',
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='requestfile',
            constraint=models.CheckConstraint(condition=models.Q(('done__lte', models.F('count'))), name='ims_request_file_makes_its_rows'),
        ),
        migrations.AddConstraint(
            model_name='requestfile',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at__isnull', True), models.Q(('done', models.F('count')), ('rows', [])), _connector='OR'), name='ims_request_file_is_whole'),
        ),
        migrations.AddIndex(
            model_name='requesttopay',
            index=models.Index(fields=['-made_at', '-id'], name='ims_request_made'),
        ),
        migrations.AddIndex(
            model_name='requesttopay',
            index=models.Index(fields=['expires_at'], name='ims_request_expires'),
        ),
        migrations.AddConstraint(
            model_name='requesttopay',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gt', 0), _connector='OR'), name='ims_request_asks_for_money'),
        ),
        migrations.AddConstraint(
            model_name='requesttopay',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='ims_request_is_open_for_a_while'),
        ),
        migrations.AddConstraint(
            model_name='requesttopay',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(models.Q(('approved_by', models.F('made_by')), _negated=True), ('approved_at__isnull', False), ('approved_by__isnull', False), ('needs_approval', True)), _connector='OR'), name='ims_nobody_approves_their_own_request'),
        ),
        migrations.AddConstraint(
            model_name='requesttopay',
            constraint=models.CheckConstraint(condition=models.Q(('needs_approval', False), ('approved_at__isnull', False), models.Q(('claimed_by__isnull', True), ('opened_at__isnull', True), ('sendings', 0)), _connector='OR'), name='ims_request_waits_for_its_approval'),
        ),
        migrations.AddConstraint(
            model_name='requesttopay',
            constraint=models.UniqueConstraint(fields=('file', 'file_row'), name='ims_one_request_a_row_of_a_file'),
        ),
        migrations.RunSQL(sql=FROZEN, reverse_sql=UNDO),
    ]

"""Applications to pay. What was sent and what was decided stay as they were, until erased."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


KEPT = """
CREATE FUNCTION ims_keep_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.key, NEW.payment_type_id, NEW.page_id, NEW.reference, NEW.amount,
        NEW.language, NEW.applied_at, NEW.applied_by_id)
    IS DISTINCT FROM
       (OLD.id, OLD.key, OLD.payment_type_id, OLD.page_id, OLD.reference, OLD.amount,
        OLD.language, OLD.applied_at, OLD.applied_by_id)
    OR NEW.erased_at IS NULL AND (NEW.answers, NEW.amount_basis, NEW.email, NEW.erased_at)
    IS DISTINCT FROM (OLD.answers, OLD.amount_basis, OLD.email, OLD.erased_at) THEN
        RAISE EXCEPTION 'application %: what was sent is frozen', OLD.id
            USING ERRCODE = 'restrict_violation';
    ELSIF OLD.state <> 'waiting' AND (
        (NEW.state, NEW.decided_by_id, NEW.decided_at, NEW.request_id)
        IS DISTINCT FROM (OLD.state, OLD.decided_by_id, OLD.decided_at, OLD.request_id)
        OR NEW.erased_at IS NULL AND NEW.reason IS DISTINCT FROM OLD.reason) THEN
        RAISE EXCEPTION 'application % is decided', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER ims_application_stays BEFORE UPDATE ON ims_requests_application
    FOR EACH ROW EXECUTE FUNCTION ims_keep_application();
"""
UNDO = """
DROP TRIGGER ims_application_stays ON ims_requests_application;
DROP FUNCTION ims_keep_application;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0008_amounts'),
        ('ims_requests', '0002_export_files'),
        ('wagtailcore', '0094_alter_page_locale'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(help_text='Of the form it was sent from, so that it is sent once; reaches its page', unique=True)),
                ('page_id', models.PositiveBigIntegerField(help_text='The page it was filled in on')),
                ('page_title', models.CharField(max_length=255, verbose_name='page')),
                ('reference', models.CharField(max_length=36, verbose_name='account reference')),
                ('amount', models.DecimalField(decimal_places=2, help_text='What it came to when it was sent', max_digits=12, verbose_name='amount')),
                ('amount_basis', models.JSONField(default=dict, help_text='How the page laid the amount out and what was chosen')),
                ('answers', models.JSONField(default=list, help_text='Each question as it was asked, with its answer')),
                ('answer_days', models.PositiveSmallIntegerField(help_text='How many days the page wants answers kept', null=True)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('language', models.CharField(max_length=10, verbose_name='language of the applicant')),
                ('applied_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='sent')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for an officer'), ('approved', 'Approved'), ('refused', 'Refused')], default='waiting', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='what the applicant is told')),
                ('erased_at', models.DateTimeField(null=True, verbose_name='answers erased')),
                ('applied_by', models.ForeignKey(db_index=False, help_text='The member of staff who was signed in, if one was', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('payment_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ims_funds.paymenttype', verbose_name='payment type')),
                ('request', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='ims_requests.requesttopay', verbose_name='request to pay')),
                ('site', models.ForeignKey(db_index=False, help_text="Whose name stands on its e-mails; the default site's if none", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'permissions': [('decide_application', 'Can approve and refuse applications'), ('export_application', 'Can download applications')],
                'default_permissions': ('view',),
                'indexes': [models.Index(models.OrderBy(models.F('decided_at'), descending=True, nulls_first=True), models.F('applied_at'), models.F('id'), name='ims_application_list'), models.Index(condition=models.Q(('decided_at__isnull', False), ('erased_at__isnull', True)), fields=['decided_at'], name='ims_application_kept')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='ims_application_is_for_money'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('erased_at__isnull', True), ('request__isnull', True), ('state', 'waiting')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('request__isnull', False), ('state', 'approved')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('request__isnull', True), ('state', 'refused')), _connector='OR'), name='ims_application_is_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), ('erased_at__isnull', False), _connector='OR'), name='ims_application_is_refused_with_a_reason'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('applied_by__isnull', True), models.Q(('decided_by', models.F('applied_by')), _negated=True), _connector='OR'), name='ims_nobody_decides_their_own_application'), models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('amount_basis', {}), ('answers', []), ('email', ''), ('reason', '')), _connector='OR'), name='ims_application_is_erased_whole')],
            },
        ),
        migrations.RunSQL(sql=KEPT, reverse_sql=UNDO),
    ]

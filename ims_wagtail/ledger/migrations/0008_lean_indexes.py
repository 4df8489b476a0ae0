"""Indexes that each earn their place: by fund, by the start of a text, by what is rare."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0007_words_in_welsh'),
        ('ims_ledger', '0007_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='transaction',
            name='ims_txn_account',
        ),
        migrations.AlterField(
            model_name='posting',
            name='source',
            field=models.CharField(help_text='What caused it, such as attempt:91; the same source posts once', max_length=80, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='receipt_number',
            field=models.CharField(max_length=24, verbose_name='receipt number'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('kind__in', ('payment', 'import', 'staff_receipt', 'ereturn')), _negated=True), fields=['kind'], name='ims_posting_kind'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('office__isnull', False)), fields=['office'], name='ims_posting_office'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(condition=models.Q(('entered_by__isnull', False)), fields=['entered_by'], name='ims_posting_entered_by'),
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(fields=['fund', '-entered_at', '-id'], name='ims_txn_fund'),
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(fields=['account_reference', 'fund'], name='ims_txn_account', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(fields=['receipt_number'], name='ims_txn_receipt', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='posting',
            constraint=models.UniqueConstraint(fields=('source',), name='ims_a_source_posts_once'),
        ),
        # A long book is looked at by itself only once a tenth of it is new; until then nothing is
        # known of columns that were added to it.
        migrations.RunSQL(
            "ANALYZE ims_ledger_posting, ims_ledger_transaction", migrations.RunSQL.noop
        ),
    ]

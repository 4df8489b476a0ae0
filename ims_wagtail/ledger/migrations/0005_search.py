"""Indexes that finding a transaction needs; those for parts of words only with pg_trgm."""

import django.db.models.functions.text
from django.db import migrations, models


# Called again after every migrate, so that an extension installed later counts from then on. Without
# it nothing breaks: parts of narratives and names are found by reading, which is slower.
PARTS_OF_WORDS = """
CREATE FUNCTION ims_make_search_indexes() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        RETURN false;
    END IF;
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX IF NOT EXISTS ims_txn_narrative ON ims_ledger_transaction
        USING gin (narrative gin_trgm_ops);
    CREATE INDEX IF NOT EXISTS ims_payer_name ON ims_ledger_payerdetails
        USING gin (name gin_trgm_ops);
    RETURN true;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN false;
END $$;

SELECT ims_make_search_indexes();
"""

UNDO = """
DROP INDEX IF EXISTS ims_payer_name;
DROP INDEX IF EXISTS ims_txn_narrative;
DROP FUNCTION ims_make_search_indexes();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0005_fund_facts'),
        ('ims_ledger', '0004_holds'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='payerdetails',
            index=models.Index(condition=models.Q(('postcode', ''), _negated=True), fields=['postcode'], name='ims_payer_postcode'),
        ),
        migrations.AddIndex(
            model_name='payerdetails',
            index=models.Index(django.db.models.functions.text.Upper('email'), name='ims_payer_email'),
        ),
        migrations.AddIndex(
            model_name='payerdetails',
            index=models.Index(condition=models.Q(('card_last_four', ''), _negated=True), fields=['card_last_four'], name='ims_payer_card'),
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(fields=['amount', '-entered_at'], name='ims_txn_amount'),
        ),
        migrations.RunSQL(sql=PARTS_OF_WORDS, reverse_sql=UNDO),
    ]

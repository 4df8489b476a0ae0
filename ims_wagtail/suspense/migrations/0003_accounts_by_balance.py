"""Accounts are found by what they owe when money of that amount stands in suspense."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ims_suspense", "0002_rules_of_suspense"), ("ims_accounts", "0003_finding_accounts")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE INDEX ims_account_by_balance ON ims_accounts_accountholder (balance)
                WHERE balance > 0
            """,
            reverse_sql="DROP INDEX ims_account_by_balance",
        ),
    ]

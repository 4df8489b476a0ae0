"""References written by an expression, where they were written by a call for each."""

from django.db import migrations


# A number joined to a text as it is counts as depending on settings, so that the function, which
# depends on nothing, was called for each line instead of taken apart: seven times as slow.
WRITTEN = """
CREATE OR REPLACE FUNCTION ims_reference(prefix text, number bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT prefix || number{cast}
        || substr('ABCDEFGHJKLMNPRSTUVWXYZ', (number % 23)::integer + 1, 1)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("ims_ledger", "0008_lean_indexes")]

    operations = [
        migrations.RunSQL(
            sql=WRITTEN.format(cast="::text"),
            reverse_sql=WRITTEN.format(cast=""),
        ),
    ]

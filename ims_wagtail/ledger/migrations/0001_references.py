"""Human references made by the database, so that a row loaded by COPY gets one like any other."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE SEQUENCE ims_transaction_reference START 10000001;
            CREATE SEQUENCE ims_receipt_number START 10000001;

            -- A prefix, a number, a check letter: the number modulo 23 picks one of 23 letters
            -- that can't be mistaken for a digit. 23 is prime, so one wrong digit or two swapped
            -- neighbours always give another letter.
            CREATE FUNCTION ims_reference(prefix text, number bigint) RETURNS text
            LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                SELECT prefix || number
                    || substr('ABCDEFGHJKLMNPRSTUVWXYZ', (number % 23)::integer + 1, 1)
            $$;

            CREATE FUNCTION ims_next_reference(prefix text, sequence text) RETURNS text
            LANGUAGE sql VOLATILE AS $$
                SELECT ims_reference(prefix, nextval(sequence::regclass))
            $$;
            """,
            reverse_sql="""
            DROP FUNCTION ims_next_reference(text, text);
            DROP FUNCTION ims_reference(text, bigint);
            DROP SEQUENCE ims_receipt_number;
            DROP SEQUENCE ims_transaction_reference;
            """,
        ),
    ]

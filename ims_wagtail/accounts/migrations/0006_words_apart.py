"""What accounts are found by stands in a table of its own, which balances never touch.

An update writes a row anew, with all its entries in indexes: where each of half a million balances
changed, most of the time went into words that had stayed as they were. The words are also made and
sorted in with half the work:

- Parts of a reference are found by its pieces of three characters, one after the other: thousands
  of accounts share an entry of the index. Its endings, as before, were entries of their own.
- Words without accents, which is most of them, spare the work of taking accents off.

Statement triggers keep the table for accounts that come and go. Names are changed one by one, by
a trigger that doesn't fire where only a balance is written.
"""

from importlib import import_module

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


before = import_module("ims_wagtail.accounts.migrations.0003_finding_accounts")

FUNCTIONS = r"""
-- A text as it is compared: capitals, no accents or apostrophes, a space for other marks. Lines stay.
CREATE FUNCTION ims_plain_words(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(words) = length(words) THEN
        RETURN btrim(regexp_replace(
            upper(replace(replace(words, '''', ''), '`', '')), '[^0-9A-Z\n]+', ' ', 'g'
        ));
    END IF;
    RETURN btrim(regexp_replace(
        regexp_replace(
            upper(translate(normalize(words, NFKD), 'øØłŁđĐ''’‘`´', 'oOlLdD')),
            '[\u0300-\u036f]+', '', 'g'
        ),
        '[\u0001-\u0009\u000b-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0\u2010-\u2015]+', ' ', 'g'
    ));
END
$$;

-- How a word of ims_plain_words sounds: its first letter, up to five digits for later consonants.
CREATE FUNCTION ims_sounds_like(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text := word;
    sounds text;
BEGIN
    IF letters ~ '[0-9]' THEN
        letters := translate(letters, '0123456789', '');
    END IF;
    letters := CASE
        WHEN left(letters, 2) IN ('KN', 'GN', 'PN', 'WR', 'RH', 'PS')
            THEN translate(left(letters, 2), 'KGPWH', '') || substr(letters, 3)
        WHEN left(letters, 2) IN ('CE', 'CI', 'CY') OR left(letters, 1) IN ('X', 'Z')
            THEN 'S' || substr(letters, 2)
        WHEN left(letters, 1) IN ('C', 'Q') AND left(letters, 2) <> 'CH'
            THEN 'K' || substr(letters, 2)
        ELSE letters
    END;
    letters := replace(replace(replace(letters, 'SCH', 'S'), 'PH', 'F'), 'TH', 'T');
    letters := replace(replace(letters, 'GH', ''), 'DG', 'G');
    letters := replace(replace(letters, 'MPS', 'MS'), 'MPT', 'MT');
    -- H and W do not part two letters of one sound; vowels do.
    sounds := translate(
        letters, 'BFPVCGJKQSXZDTLMNRAEIOUYHW', '111122222222334556000000'
    );
    IF sounds ~ '11|22|33|44|55|66' THEN
        sounds := regexp_replace(sounds, '(.)\1+', '\1', 'g');
    END IF;
    IF left(letters, 1) NOT IN ('H', 'W') THEN
        sounds := substr(sounds, 2);
    END IF;
    RETURN left(letters, 1) || left(translate(sounds, '0', ''), 5);
END
$$;

-- What an account can be found by. Pieces of the reference are marked with # and know their place.
-- Plain words hold nothing that the text of a vector would have to quote.
CREATE FUNCTION ims_account_words(
    reference text, forename text, surname text,
    address_1 text, address_2 text, address_3 text, address_4 text, postcode text
) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    -- All in one go: most of the time a row takes goes into making words plain.
    lines text[] := string_to_array(ims_plain_words(concat(
        replace(reference, E'\n', ''), E'\n', replace(postcode, E'\n', ''), E'\n',
        replace(surname, E'\n', ' '), E'\n', replace(forename, E'\n', ' '), E'\n',
        replace(concat_ws(' ', address_1, address_2, address_3, address_4), E'\n', ' ')
    )), E'\n');
    whole text := replace(lines[1], ' ', '');
    post text := replace(lines[2], ' ', '');
    names text := concat(
        lines[4], ' ', lines[3],
        CASE WHEN position(' ' IN btrim(lines[3])) > 0 THEN ' ' || replace(lines[3], ' ', '') END
    );
    found text := concat_ws(' ', names, lines[5], whole, post, left(post, -3), right(post, 3));
    name text;
BEGIN
    FOREACH name IN ARRAY string_to_array(names, ' ') LOOP
        IF name <> '' THEN
            found := found || ' ~' || ims_sounds_like(name);
        END IF;
    END LOOP;
    FOR place IN 2 .. length(whole) - 2 LOOP
        found := found || ' #' || substr(whole, place, 3) || ':' || place;
    END LOOP;
    RETURN found::tsvector;
END
$$;

-- Pieces of three characters of a word, one after the other, as an account's reference has them.
CREATE FUNCTION ims_pieces_query(word text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT '(' || string_agg(quote_literal('#' || substr(word, place, 3)), ' <-> ' ORDER BY place)
        || ')'
    FROM generate_series(1, length(word) - 2) place
$$;

-- What somebody typed, as a search: every word has to be found, as the start of a word, by its
-- sound or as a part of a reference; or all of it is the start of a postcode or a part of a
-- reference. One or two characters on their own are a whole word: as a start they would find half
-- of all accounts.
CREATE FUNCTION ims_account_query(typed text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    words text[] := array_remove(string_to_array(replace(ims_plain_words(typed), E'\n', ' '), ' '), '');
    together text := array_to_string(words, '');
    alone boolean := cardinality(words) = 1;
    every text;
BEGIN
    IF cardinality(words) = 0 THEN
        RETURN ''::tsquery;
    END IF;
    SELECT string_agg(
        '(' || quote_literal(word)
        || CASE WHEN length(word) > 2 THEN ':* | ' || ims_pieces_query(word)
                WHEN length(word) = 2 AND NOT alone
                THEN ':* | ' || quote_literal('#' || word) || ':*'
                ELSE '' END
        || CASE WHEN word ~ '^[A-Z]{3,}$'
                THEN ' | ' || quote_literal('~' || ims_sounds_like(word)) ELSE '' END
        || ')', ' & '
    ) INTO every FROM unnest(words) AS word;
    IF NOT alone THEN
        every := concat(
            '(', every, ') | ', quote_literal(together), ':*', ' | ' || ims_pieces_query(together)
        );
    END IF;
    RETURN every::tsquery;
END
$$;
"""

NO_FUNCTIONS = """
DROP FUNCTION ims_account_query(text);
DROP FUNCTION ims_pieces_query(text);
DROP FUNCTION ims_account_words(text, text, text, text, text, text, text, text);
DROP FUNCTION ims_sounds_like(text);
DROP FUNCTION ims_plain_words(text);
"""

KEPT = r"""
CREATE FUNCTION ims_keep_account_words() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ims_accounts_accountwords (account_id, words)
        SELECT id, ims_account_words(
            reference, forename, surname,
            address_line_1, address_line_2, address_line_3, address_line_4, postcode
        ) FROM written;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM ims_accounts_accountwords w USING written WHERE w.account_id = written.id;
    ELSE
        UPDATE ims_accounts_accountwords SET words = ims_account_words(
            NEW.reference, NEW.forename, NEW.surname,
            NEW.address_line_1, NEW.address_line_2, NEW.address_line_3, NEW.address_line_4,
            NEW.postcode
        ) WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER ims_words_of_new_accounts AFTER INSERT ON ims_accounts_accountholder
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ims_keep_account_words();
CREATE TRIGGER ims_words_of_gone_accounts AFTER DELETE ON ims_accounts_accountholder
    REFERENCING OLD TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ims_keep_account_words();
CREATE TRIGGER ims_words_of_changed_accounts AFTER UPDATE OF
    reference, forename, surname,
    address_line_1, address_line_2, address_line_3, address_line_4, postcode
    ON ims_accounts_accountholder FOR EACH ROW
    WHEN ((OLD.reference, OLD.forename, OLD.surname, OLD.address_line_1, OLD.address_line_2,
           OLD.address_line_3, OLD.address_line_4, OLD.postcode)
        IS DISTINCT FROM
          (NEW.reference, NEW.forename, NEW.surname, NEW.address_line_1, NEW.address_line_2,
           NEW.address_line_3, NEW.address_line_4, NEW.postcode))
    EXECUTE FUNCTION ims_keep_account_words();
INSERT INTO ims_accounts_accountwords (account_id, words)
SELECT id, ims_account_words(
    reference, forename, surname,
    address_line_1, address_line_2, address_line_3, address_line_4, postcode
) FROM ims_accounts_accountholder;
"""

NOT_KEPT = """
DROP TRIGGER ims_words_of_changed_accounts ON ims_accounts_accountholder;
DROP TRIGGER ims_words_of_gone_accounts ON ims_accounts_accountholder;
DROP TRIGGER ims_words_of_new_accounts ON ims_accounts_accountholder;
DROP FUNCTION ims_keep_account_words();
"""


class Migration(migrations.Migration):
    dependencies = [("ims_accounts", "0005_told_balances")]

    operations = [
        migrations.RunSQL(sql=before.NO_FUNCTIONS, reverse_sql=before.FUNCTIONS),
        migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NO_FUNCTIONS),
        migrations.CreateModel(
            name="AccountWords",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ims_accounts.accountholder",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name": "words of an account",
                "verbose_name_plural": "words of accounts",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(sql=KEPT, reverse_sql=NOT_KEPT),
        migrations.AddIndex(
            model_name="accountwords",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["words"], name="ims_account_words"
            ),
        ),
        # The key over fund and reference finds the accounts of a fund.
        migrations.AlterField(
            model_name="accountholder",
            name="fund",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account_holders",
                to="ims_funds.fund",
            ),
        ),
        # Few accounts are stopped, and only they are looked for.
        migrations.AlterField(
            model_name="accountholder",
            name="stop_message",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="What staff and residents meet from the moment you save. The next "
                "import from the system that owns the account may set it again",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="account_holders",
                to="ims_accounts.stopmessage",
                verbose_name="stop message",
            ),
        ),
        migrations.AddIndex(
            model_name="accountholder",
            index=models.Index(
                condition=models.Q(("stop_message__isnull", False)),
                fields=["stop_message"],
                name="ims_account_by_stop",
            ),
        ),
    ]

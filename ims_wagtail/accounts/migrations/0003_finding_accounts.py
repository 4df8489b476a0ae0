"""Finding accounts by parts of references, by words, and by names that are misspelt.

One index answers all of it, and it needs no extension: the words of an account are a text search
vector that we make ourselves, kept by the database in a column the model doesn't read. It holds

- the reference and its endings, so that the start of an ending is any part of the reference;
- names, address and postcode, the postcode also as one word and in its two halves;
- how each name sounds, marked with ``~``: a short key like Soundex that also levels ``PH`` and
  ``F``, ``KN`` and ``N``, ``WR`` and ``R``, ``TH`` and ``T``.

The same functions read what somebody typed, so the two sides can't drift apart.
"""

from django.db import migrations, models


FUNCTIONS = r"""
-- A text as it is compared: capitals, no accents or apostrophes, a space for other marks. Lines stay.
CREATE FUNCTION ims_plain_words(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
            upper(translate(normalize(words, NFKD), 'øØłŁđĐ''’‘`´', 'oOlLdD')),
            '[\u0300-\u036f]+', '', 'g'
        ),
        '[\u0001-\u0009\u000b-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0\u2010-\u2015]+', ' ', 'g'
    ))
$$;

-- How a word of ims_plain_words sounds: its first letter, up to five digits for later consonants.
CREATE FUNCTION ims_sounds_like(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text := translate(word, '0123456789', '');
    sounds text;
BEGIN
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
    sounds := regexp_replace(sounds, '(.)\1+', '\1', 'g');
    IF left(letters, 1) NOT IN ('H', 'W') THEN
        sounds := substr(sounds, 2);
    END IF;
    RETURN left(letters, 1) || left(translate(sounds, '0', ''), 5);
END
$$;

-- What an account can be found by. The path is set because a restored backup comes without one.
CREATE FUNCTION ims_account_words(
    reference text, forename text, surname text,
    address_1 text, address_2 text, address_3 text, address_4 text, postcode text
) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    -- All in one go: most of the time a row takes goes into making words plain.
    lines text[] := string_to_array(ims_plain_words(concat(
        replace(reference, E'\n', ''), E'\n', replace(postcode, E'\n', ''), E'\n',
        replace(surname, E'\n', ' '), E'\n', replace(forename, E'\n', ' '), E'\n',
        replace(concat_ws(' ', address_1, address_2, address_3, address_4), E'\n', ' ')
    )), E'\n');
    whole text := replace(lines[1], ' ', '');
    post text := replace(lines[2], ' ', '');
    names text[] := string_to_array(concat(
        lines[4], ' ', lines[3],
        CASE WHEN position(' ' IN btrim(lines[3])) > 0 THEN ' ' || replace(lines[3], ' ', '') END
    ), ' ');
    found text[] := names || string_to_array(lines[5], ' ')
        || ARRAY[whole, post, left(post, -3), right(post, 3)];
    name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        IF name <> '' THEN
            found := found || ('~' || ims_sounds_like(name));
        END IF;
    END LOOP;
    FOR start IN 2 .. length(whole) - 2 LOOP
        found := found || substr(whole, start);
    END LOOP;
    RETURN array_to_tsvector(array_remove(array_remove(found, ''), NULL));
END
$$;

-- What somebody typed, as a search: every word has to be found, as the start of a word or by its
-- sound; or all of it is the start of a part of a reference or of a postcode. One or two characters
-- on their own are a whole word: as a start they would find half of all accounts.
CREATE FUNCTION ims_account_query(typed text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    words text[] := array_remove(string_to_array(replace(ims_plain_words(typed), E'\n', ' '), ' '), '');
    alone boolean := cardinality(words) = 1;
    every text;
BEGIN
    IF cardinality(words) = 0 THEN
        RETURN ''::tsquery;
    END IF;
    SELECT string_agg(
        '(' || quote_literal(word)
        || CASE WHEN length(word) > 2 OR (length(word) = 2 AND NOT alone) THEN ':*' ELSE '' END
        || CASE WHEN word ~ '^[A-Z]{3,}$'
                THEN ' | ' || quote_literal('~' || ims_sounds_like(word)) ELSE '' END
        || ')', ' & '
    ) INTO every FROM unnest(words) AS word;
    IF NOT alone THEN
        every := '(' || every || ') | ' || quote_literal(array_to_string(words, '')) || ':*';
    END IF;
    RETURN every::tsquery;
END
$$;

ALTER TABLE ims_accounts_accountholder ADD COLUMN words tsvector GENERATED ALWAYS AS (
    ims_account_words(
        reference, forename, surname,
        address_line_1, address_line_2, address_line_3, address_line_4, postcode
    )
) STORED;
CREATE INDEX ims_account_words ON ims_accounts_accountholder USING gin (words);
"""

NO_FUNCTIONS = """
DROP INDEX ims_account_words;
ALTER TABLE ims_accounts_accountholder DROP COLUMN words;
DROP FUNCTION ims_account_query(text);
DROP FUNCTION ims_account_words(text, text, text, text, text, text, text, text);
DROP FUNCTION ims_sounds_like(text);
DROP FUNCTION ims_plain_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("ims_accounts", "0002_account_guards")]

    operations = [
        migrations.AlterField(
            model_name="stopmessage",
            name="public_text",
            field=models.CharField(
                blank=True,
                help_text="Never give an internal reason: anybody who types the reference reads "
                "this. Without words, a refusal reads like that of an account we don't have",
                max_length=200,
                verbose_name="what residents read",
            ),
        ),
        migrations.AlterField(
            model_name="accountholder",
            name="stop_message",
            field=models.ForeignKey(
                blank=True,
                help_text="What staff and residents meet from the moment you save. The next "
                "import from the system that owns the account may set it again",
                null=True,
                on_delete=models.deletion.PROTECT,
                related_name="account_holders",
                to="ims_accounts.stopmessage",
                verbose_name="stop message",
            ),
        ),
        migrations.RunSQL(sql=FUNCTIONS, reverse_sql=NO_FUNCTIONS),
        # The list as it opens: by reference, whatever the fund.
        migrations.AddIndex(
            model_name="accountholder",
            index=models.Index(fields=["reference", "-id"], name="ims_account_by_reference"),
        ),
    ]

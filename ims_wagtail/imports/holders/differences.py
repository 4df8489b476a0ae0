"""What a file would do to the accounts we have, worked out by the database for all rows at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.enums import HolderMode, HolderOutcome
from ims_wagtail.imports.formats.contract import Problem
from ims_wagtail.imports.models import HolderFile, HolderTotal, Import, ImportHolder
from ims_wagtail.imports.problems import KEPT, Problems

from .verdicts import TEXTS


#: The column of an account that is no news of it.
_NO_NEWS = "'updated_at'"
#: What rows are that say what an account is.
COMPARED = (HolderOutcome.NEW, HolderOutcome.CHANGED, HolderOutcome.SAME)


def columns_told(tells: Collection[str]) -> list[str]:
    """Return the columns of accounts that a file tells; when balances are as at comes with them."""
    columns = [name for name in (*TEXTS, "balance") if name in tells]
    return [*columns, "stop_message_id"] if "stop_message" in tells else columns


def columns_written(tells: Collection[str]) -> list[str]:
    """Return the columns that are written where a row differs."""
    return [*columns_told(tells), *(["balance_at"] if "balance" in tells else [])]


def difference(columns: Collection[str]) -> str:
    """Return SQL for what account ``a`` has otherwise than row ``r``: its columns as ``jsonb``."""
    if not columns:
        return "'{}'::jsonb"
    ours, theirs = (", ".join(f"{table}.{name}" for name in columns) for table in "ar")
    each = " || ".join(
        f"CASE WHEN a.{name} IS DISTINCT FROM r.{name}"
        f" THEN jsonb_build_object('{name}', a.{name}) ELSE '{{}}'::jsonb END"
        for name in columns
    )
    return (
        f"CASE WHEN ROW({ours}) IS NOT DISTINCT FROM ROW({theirs})"
        f" THEN '{{}}'::jsonb ELSE {each} END"
    )


def leave_out_repeats(file: Import, problems: Problems) -> None:
    """Keep the first row of an account and leave out those that follow."""
    why = _("The account stands in line %(line)s already")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE ims_imports_importholder r SET outcome = %s, why = replace(%s, '%%', d.first)
            FROM (SELECT id, row_number() OVER same AS nth,
                         (first_value(number) OVER same)::text AS first
                  FROM ims_imports_importholder
                  WHERE of_import_id = %s AND outcome <> %s AND (fund_id, reference) IN (
                      SELECT fund_id, reference FROM ims_imports_importholder
                      WHERE of_import_id = %s AND outcome <> %s
                      GROUP BY fund_id, reference HAVING count(*) > 1)
                  WINDOW same AS (PARTITION BY fund_id, reference ORDER BY ordinal)
                 ) d
            WHERE d.id = r.id AND d.nth > 1
            RETURNING r.number, r.reference, r.why
            """,
            [
                HolderOutcome.LEFT_OUT,
                why % {"line": "%"},
                file.pk,
                HolderOutcome.LEFT_OUT,
                file.pk,
                HolderOutcome.LEFT_OUT,
            ],
        )
        for number, reference, words in cursor.fetchmany(KEPT):
            problems.add(
                Problem(
                    line=number,
                    column=_("Account reference"),
                    found=reference,
                    expected=_("each account once. %(why)s") % {"why": words},
                    remedy=_("Ask the sender for one row an account"),
                )
            )
        problems.count += max(cursor.rowcount - KEPT, 0)


def mark(file: Import, about: HolderFile) -> bool:
    """Mark what each row would do to our accounts as they are now; say whether that is news.

    Only rows whose mark was another are written. A balance that is told again as it was is no
    difference, whenever it is as at.
    """
    found = _mark_rows(file, about.tells)
    if about.mode == HolderMode.REPLACE:
        found += _mark_gone(file, about)
    return bool(found)


def verdict(tells: Collection[str]) -> str:
    """Return SQL, after ``a`` was joined, for what row ``r`` does to account ``a``: the row ``x``.

    Names of columns only: no value stands in the text.
    """
    as_at = " || jsonb_build_object('balance_at', a.balance_at)" if "balance" in tells else ""
    return f"""
        CROSS JOIN LATERAL (SELECT {difference(columns_told(tells))} AS news) n
        CROSS JOIN LATERAL (
            SELECT 'new' AS outcome, NULL::bigint AS account_id, NULL::jsonb AS before
            WHERE a.id IS NULL
            UNION ALL SELECT 'same', NULL, NULL WHERE a.id IS NOT NULL AND news = '{{}}'
            UNION ALL SELECT 'changed', a.id, news{as_at} WHERE news <> '{{}}'
                AND a.id IS NOT NULL
        ) x
    """


def _mark_rows(file: Import, tells: Collection[str]) -> int:
    """Mark rows by our accounts; return how many were marked otherwise before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE ims_imports_importholder r
            SET account_id = d.account_id, outcome = d.outcome, before = d.before
            FROM (
                SELECT r.id, x.*
                FROM ims_imports_importholder r
                LEFT JOIN ims_accounts_accountholder a
                    ON a.fund_id = r.fund_id AND a.reference = r.reference
                {verdict(tells)}
                WHERE r.of_import_id = %s AND r.outcome = ANY(%s)
                  AND (r.outcome, r.account_id, r.before)
                      IS DISTINCT FROM (x.outcome, x.account_id, x.before)
            ) d
            WHERE d.id = r.id
            """,  # noqa: S608
            [file.pk, list(COMPARED)],
        )
        return cursor.rowcount


def _mark_gone(file: Import, about: HolderFile) -> int:
    """List the accounts that no row names, and take those off the list that are not as listed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            DELETE FROM ims_imports_importholder r
            WHERE r.of_import_id = %s AND r.outcome = %s
              AND NOT EXISTS (SELECT FROM ims_accounts_accountholder a
                  WHERE a.id = r.account_id AND to_jsonb(a) - {_NO_NEWS} = r.before)
            """,  # noqa: S608
            [file.pk, HolderOutcome.GONE],
        )
        count = cursor.rowcount
        if about.nameless:
            return count
        cursor.execute(
            f"""
            INSERT INTO ims_imports_importholder (of_import_id, ordinal, number, outcome, raw,
                fund_id, reference, {", ".join(TEXTS)}, account_id, before, why)
            SELECT %s, %s + row_number() OVER (ORDER BY a.fund_id, a.reference), 0, %s, '',
                a.fund_id, a.reference, {", ".join(f"a.{name}" for name in TEXTS)}, a.id,
                to_jsonb(a) - {_NO_NEWS}, ''
            FROM ims_accounts_accountholder a
            WHERE a.fund_id = ANY(%s) AND NOT EXISTS (
                SELECT FROM ims_imports_importholder r
                WHERE r.of_import_id = %s AND r.fund_id = a.fund_id AND r.reference = a.reference)
            """,  # noqa: S608
            [file.pk, _last_ordinal(file), HolderOutcome.GONE, funds_replaced(file), file.pk],
        )
        return count + cursor.rowcount


def funds_replaced(file: Import) -> list[int]:
    """Return the funds that a file of its type is about: all of them when it names none."""
    named = list(file.import_type.funds.order_by("pk").values_list("pk", flat=True))
    return named or list(
        Fund.objects.filter(is_suspense=False).order_by("pk").values_list("pk", flat=True)
    )


def count_holders(file: Import) -> None:
    """Write down what the rows come to, by fund."""
    HolderTotal.objects.filter(of_import=file).delete()
    counts: dict[str, Any] = {
        outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in HolderOutcome
    }
    rows = ImportHolder.objects.filter(of_import=file).order_by()
    found: dict[int | None, dict[str, int]] = {}
    for fund_id, *numbers in rows.values_list("fund_id").annotate(**counts):
        found[fund_id] = dict(zip(counts, numbers, strict=True))
    accounts = AccountHolder.objects.filter(fund__in=[pk for pk in found if pk]).order_by()
    known = dict(accounts.values_list("fund_id").annotate(Count("pk")))
    HolderTotal.objects.bulk_create(
        HolderTotal(of_import=file, fund_id=fund_id, known=known.get(fund_id, 0), **row)
        for fund_id, row in found.items()
    )


def _last_ordinal(file: Import) -> int:
    last = ImportHolder.objects.filter(of_import=file).order_by("-ordinal")
    return last.values_list("ordinal", flat=True).first() or 0

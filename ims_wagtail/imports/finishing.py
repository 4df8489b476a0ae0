"""What only the whole set of rows can tell: rows here before, accounts that are missing, totals."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.funds.models import Fund
from ims_wagtail.funds.selectors import suspense_fund
from ims_wagtail.money import ZERO

from .enums import OVER_WITHOUT_TRACE, ImportState, RowOutcome
from .formats.contract import Problem, Totals
from .models import Import, ImportRow, ImportTotal
from .problems import KEPT, Problems
from .settled import close_when_nothing_is_new, tell_settled


def finish(file: Import, *, totals: Totals, problems: Problems, amount: Decimal) -> None:
    """Look at the rows as a whole and let the file wait for a person; the file is locked."""
    note_totals(file, totals)
    if (earlier := same_statement(file)) is not None:
        problems.add(_statement_twice(file, earlier))
    tell_repeats_apart(file)
    mark_duplicates(file)
    settles = file.import_type.the_format().settles
    if settles:
        tell_settled(file, problems)
    else:
        _keep_from_missing_accounts(file, problems)
    count_rows(file)
    if file.amount != amount:
        raise ArithmeticError(f"import {file.pk}: rows of {file.amount} were kept of {amount}")
    problems.save()
    file.problem_count = problems.count
    file.position = file.size
    file.checked_at = timezone.now()
    file.state = ImportState.PREVIEWED
    file.lease = file.leased_until = None
    file.save()
    if settles or not file.row_count:
        close_when_nothing_is_new(file, problems)


def note_totals(file: Import, totals: Totals) -> None:
    """Keep what a file says of itself."""
    file.account, file.sequence = totals.account[:60], totals.sequence[:40]
    file.opening, file.closing = totals.opening, totals.closing
    file.statement_date = totals.date


def tell_repeats_apart(file: Import) -> None:
    """Give rows that say the same within a file keys of their own, by how often they came.

    Two payments alike are two payments; but the same number of the sender's is the same one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE ims_imports_importrow r SET
                key = CASE WHEN r.external_id = '' THEN md5(r.key::text || ':' || d.nth)::uuid
                      ELSE r.key END,
                outcome = CASE WHEN r.external_id = '' THEN r.outcome ELSE %s END,
                why = CASE WHEN r.external_id = '' THEN r.why ELSE %s END
            FROM (SELECT id, row_number() OVER (PARTITION BY key ORDER BY ordinal) AS nth
                  FROM ims_imports_importrow
                  WHERE of_import_id = %s AND key IN (
                      SELECT key FROM ims_imports_importrow
                      WHERE of_import_id = %s AND key IS NOT NULL
                      GROUP BY key HAVING count(*) > 1)
                 ) d
            WHERE d.id = r.id AND d.nth > 1
            """,
            [
                RowOutcome.DUPLICATE,
                _("The sender's number stands in this file twice"),
                file.pk,
                file.pk,
            ],
        )


def mark_duplicates(file: Import) -> int:
    """Mark the rows that an earlier file of this type brought into the book; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE ims_imports_importrow r SET outcome = %s, why = %s || k.of_import_id
            FROM ims_imports_importkey k
            WHERE r.of_import_id = %s AND r.outcome IN (%s, %s, %s)
              AND k.import_type_id = %s AND k.key = r.key
            """,
            [
                RowOutcome.DUPLICATE,
                _("Came with import") + " ",
                file.pk,
                RowOutcome.POSTED,
                RowOutcome.SUSPENSE,
                RowOutcome.PROBLEM,
                file.import_type_id,
            ],
        )
        return cursor.rowcount


def count_rows(file: Import) -> None:
    """Write down what the rows come to, by outcome and fund."""
    ImportTotal.objects.filter(of_import=file).delete()
    found = (
        ImportRow.objects.filter(of_import=file)
        .order_by()
        .values("outcome", "fund_id")
        .annotate(count=Count("pk"), sum=Sum("amount"))
    )
    totals = [
        ImportTotal(
            of_import=file,
            outcome=row["outcome"],
            fund_id=row["fund_id"],
            count=row["count"],
            amount=row["sum"] or ZERO,
        )
        for row in found
    ]
    ImportTotal.objects.bulk_create(totals)
    file.row_count = sum(total.count for total in totals)
    file.amount = sum((total.amount for total in totals), ZERO)


def _keep_from_missing_accounts(file: Import, problems: Problems) -> None:
    """Keep rows from accounts we don't have, in the funds that take no others."""
    strict = list(Fund.objects.filter(account_must_exist=True).values_list("pk", flat=True))
    if not strict:
        return
    suspense = suspense_fund()
    why = _("Account reference: no account has it")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE ims_imports_importrow r SET outcome = %s, why = %s, fund_id = %s,
                vat_code_id = %s, vat_rate = 0, vat_amount = 0,
                received = jsonb_build_object('fund', f.code) || coalesce(r.received, '{}')
            FROM ims_funds_fund f
            WHERE f.id = r.fund_id
              AND r.of_import_id = %s AND r.outcome = %s AND r.fund_id = ANY(%s)
              AND NOT EXISTS (SELECT FROM ims_accounts_accountholder a
                  WHERE a.fund_id = r.fund_id AND a.reference = r.account_reference)
            """,
            [
                RowOutcome.PROBLEM,
                why,
                suspense.pk,
                suspense.vat_code_id,
                file.pk,
                RowOutcome.POSTED,
                strict,
            ],
        )
        missing = cursor.rowcount
    rows = ImportRow.objects.filter(of_import=file, outcome=RowOutcome.PROBLEM, why=why)
    named = rows.order_by("ordinal").values_list("number", "account_reference")[:KEPT]
    for number, reference in named:
        problems.add(
            Problem(
                line=number,
                column=_("Account reference"),
                found=reference,
                expected=_("an account we have: the fund takes no others"),
                remedy=_("Load the newest account holders, then this file again"),
            )
        )
    problems.count += max(missing - KEPT, 0)


def same_statement(file: Import) -> Import | None:
    """Return the file that brought a statement of the same number and day before, if any."""
    if not file.sequence or file.reload_of_id:
        return None
    return (
        Import.objects.filter(
            import_type=file.import_type_id,
            account=file.account,
            sequence=file.sequence,
            statement_date=file.statement_date,
        )
        .exclude(pk=file.pk)
        .exclude(state__in=OVER_WITHOUT_TRACE)
        .first()
    )


def _statement_twice(file: Import, earlier: Import) -> Problem:
    return Problem(
        line=0,
        column=_("Number of the statement"),
        found=file.sequence,
        expected=_("one that has not come before: import %(number)d, “%(name)s”, has it")
        % {"number": earlier.pk, "name": earlier.file_name},
        remedy=_("Ask the bank whether this statement replaces the earlier one"),
    )

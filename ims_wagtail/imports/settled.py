"""Reports of payment providers against the book: their money came in when it was paid.

A row is known when one posting has its PSP reference, or that of our own payment it names, and its
amount. Such rows are nothing new. The others are told apart: a payment of ours that is not in the
book, an amount that differs, and money that nobody here knows of.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.funds.selectors import suspense_fund
from ims_wagtail.money import format_pounds

from .enums import ImportState, RowOutcome
from .formats.contract import Problem
from .models import Import, ImportRow
from .problems import KEPT, Problems


_OPEN = (RowOutcome.POSTED, RowOutcome.SUSPENSE, RowOutcome.PROBLEM)

# Stripe's reports have no number of the session a payer was sent to, but may have our reference.
_NAMED = """
    UPDATE ims_imports_importrow r SET psp_reference = a.provider_id
    FROM ims_payments_attempt a
    WHERE r.of_import_id = %s AND a.reference = r.account_reference AND a.provider_id <> ''
      AND a.provider_id <> r.psp_reference
      AND NOT EXISTS (SELECT FROM ims_ledger_transaction t
          WHERE t.psp_reference = r.psp_reference AND t.psp_reference <> '')
"""
# The index of PSP references has no blank ones, and is of use only where these are left out.
# As many rows alike as there are postings alike: two refunds of £5 are two.
_KNOWN = """
    WITH asked AS (
        SELECT id, psp_reference, amount,
               row_number() OVER (PARTITION BY psp_reference, amount ORDER BY ordinal) AS nth
        FROM ims_imports_importrow
        WHERE of_import_id = %s AND outcome = ANY(%s) AND psp_reference <> ''),
    booked AS (
        SELECT psp_reference, posting_id, sum(amount) AS amount, min(reference) AS reference
        FROM ims_ledger_transaction
        WHERE psp_reference IN (SELECT psp_reference FROM asked) AND psp_reference <> ''
        GROUP BY 1, 2),
    counted AS (
        SELECT *, row_number() OVER (PARTITION BY psp_reference, amount ORDER BY posting_id) AS nth
        FROM booked)
    UPDATE ims_imports_importrow r SET outcome = %s, why = %s || c.reference
    FROM asked a JOIN counted c USING (psp_reference, amount, nth) WHERE r.id = a.id
"""
_OTHERS = """
    SELECT r.id, r.number, r.psp_reference, r.amount,
           (SELECT sum(t.amount) FROM ims_ledger_transaction t
            WHERE t.psp_reference = r.psp_reference AND t.psp_reference <> '') AS booked,
           (SELECT a.reference FROM ims_payments_attempt a
            WHERE a.provider_id = r.psp_reference AND a.provider_id <> '' LIMIT 1) AS ours
    FROM ims_imports_importrow r
    WHERE r.of_import_id = %s AND r.outcome = ANY(%s) ORDER BY r.ordinal
"""


def tell_settled(file: Import, problems: Problems) -> None:
    """Mark what the book has already, and say of every other row what it is."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [file.pk])
        cursor.execute(
            _KNOWN, [file.pk, list(_OPEN), RowOutcome.DUPLICATE, _("In the book as") + " "]
        )
        cursor.execute(_OTHERS, [file.pk, list(_OPEN)])
        left_out: list[int] = []
        unknown: list[int] = []
        for pk, problem, is_unknown in map(_told, cursor.fetchall()):
            (unknown if is_unknown else left_out).append(pk)
            if len(problems.kept) < KEPT:
                problems.add(problem)
            else:
                problems.count += 1
    rows = ImportRow.objects.filter(of_import=file)
    rows.filter(pk__in=left_out).update(
        outcome=RowOutcome.REJECTED, why=_("A payment of ours that the book has otherwise")
    )
    suspense = suspense_fund()
    rows.filter(pk__in=unknown).update(
        outcome=RowOutcome.PROBLEM,
        why=_("A payment that we don't know"),
        fund_id=suspense.pk,
        vat_code_id=suspense.vat_code_id,
        vat_rate=0,
        vat_amount=0,
    )


def close_when_nothing_is_new(file: Import, problems: Problems) -> None:
    """Be done with a report that the book explains, or a statement of a day without entries.

    Nobody has to look at it, and nothing is posted. The file is locked.
    """
    outcomes = set(file.totals.values_list("outcome", flat=True))
    if problems.count or outcomes - {RowOutcome.DUPLICATE}:
        return
    for state in (ImportState.POSTING, ImportState.POSTED):
        file.state = state
        file.posted_at = timezone.now() if state == ImportState.POSTED else None
        file.save()


def _told(row: tuple[Any, ...]) -> tuple[int, Problem, bool]:
    pk, number, psp, amount, booked, ours = row
    if booked is not None:
        found, expected = (
            format_pounds(amount),
            _("%(amount)s, as the book has it") % {"amount": format_pounds(booked)},
        )
        column = _("Amount")
        remedy = _("Look at the payment: a refund or a dispute of it may not be in the book yet")
    elif ours is not None:
        column, found = _("PSP reference"), psp
        expected = _("a payment that is in the book; ours, %(reference)s, is not") % {
            "reference": ours
        }
        remedy = _("Look at the payment and have it checked, then load the report again")
    else:
        column, found = _("PSP reference"), psp or _("nothing")
        expected = _("a payment we know of")
        remedy = _("Ask the provider; by your choice the money waits in suspense meanwhile")
    problem = Problem(line=number, column=column, found=found, expected=expected, remedy=remedy)
    return pk, problem, booked is None and ours is None

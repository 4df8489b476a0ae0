"""What the book itself adds to a story: its postings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.money import format_pounds

from .enums import PostingKind
from .models import Posting, Transaction
from .story import Asked, Event


#: How many lines of one posting are told one by one.
MOST_LINES = 20


def postings_told(asked: Asked) -> Iterator[Event]:
    """Tell of each posting, its lines in the reader's funds, and what lies in other funds."""
    scope = scope_of(asked.reader, "ims_ledger.view_transaction")
    funds = {fund for shares in asked.shares.values() for fund in shares if fund in scope}
    lines = _lines(asked.postings, funds)
    for pk, posting in asked.postings.items():
        shares = asked.shares[pk]
        seen = sum(share.lines for fund, share in shares.items() if fund in scope)
        details = [_line_in_words(line) for line in lines[pk]]
        if seen > len(details):
            more = seen - len(details)
            words = ngettext("%(count)s more line", "%(count)s more lines", more)
            details.append(words % {"count": more})
        details += [
            _("another fund, %(amount)s") % {"amount": format_pounds(share.total)}
            for fund, share in sorted(shares.items())
            if fund not in scope
        ]
        yield Event(
            at=posting.entered_at,
            what=_("In the book: %(kind)s") % {"kind": PostingKind(posting.kind).label},
            posting_ids=frozenset([pk]),
            details=tuple(details),
            by=_by(posting),
            url=reverse("ims_postings:inspect", args=[pk]),
        )


def _lines(posting_ids: Iterable[int], funds: Collection[int]) -> dict[int, list[Transaction]]:
    found: dict[int, list[Transaction]] = defaultdict(list)
    lines = Transaction.objects.filter(
        posting__in=list(posting_ids), fund__in=funds, line_number__lte=MOST_LINES
    )
    for line in lines.select_related("fund", "method").order_by("posting", "line_number"):
        found[line.posting_id].append(line)
    return found


def _line_in_words(line: Transaction) -> str:
    words = {
        "amount": format_pounds(line.amount),
        "account": line.account_reference,
        "fund": line.fund,
        "method": line.method.name,
        "reference": line.reference,
    }
    return _("%(amount)s, %(fund)s, account %(account)s, %(method)s (%(reference)s)") % words


def _by(posting: Posting) -> str:
    parts = [name_of(posting.entered_by), posting.office.name if posting.office else ""]
    return ", ".join(part for part in parts if part)

"""What is known of items when accounts are looked for, and how texts are compared."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.models import PayerDetails


_NOT_WORDS = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Case:
    """An item as far as a reader may know it: what stands on it, what is left, who paid."""

    item_id: int
    posting_id: int
    narrative: str
    amount: Decimal
    payer: str
    email: str

    @property
    def words(self) -> str:
        """Everything that may name the payer, as it is compared."""
        return plain(f"{self.payer} {self.narrative}")


def plain(text: str) -> str:
    """Return a text as names are compared: capitals without accents, one space between words."""
    letters = unicodedata.normalize("NFKD", text)
    without = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", without.upper()).strip()


def cases_of(items: Iterable[Any], *, reader: Any) -> list[Case]:
    """Return what a reader may know of items that come ``with_remaining``; one query."""
    money = [item for item in items if item.remaining > 0]
    knows = scope_of(reader, "ims_ledger.view_payerdetails")
    ids = {item.transaction.posting_id for item in money if item.fund_id in knows}
    payers = PayerDetails.objects.in_bulk(ids)
    cases = []
    for item in money:
        line = item.transaction
        payer = payers.get(line.posting_id)
        cases.append(
            Case(
                item_id=item.pk,
                posting_id=line.posting_id,
                narrative=f"{line.account_reference} {line.narrative}",
                amount=item.remaining,
                payer=payer.name if payer else "",
                email=payer.email if payer else "",
            )
        )
    return cases

"""Whether what was gathered may be taken: by the rules for residents, in the words for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import scope_of
from ims_wagtail.accounts.checks import CheckedPayment
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.accounts.selectors import address, full_name
from ims_wagtail.checkout.amounts.words import made_up
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.parts import parts_of
from ims_wagtail.checkout.questions import shown_answers
from ims_wagtail.checkout.recheck import recheck
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.payments.enums import Channel

from .drafts import Draft
from .rights import taking_scope


@dataclass(frozen=True, slots=True)
class Look:
    """One line as staff see it: what stands against it, what to mind, and whose account it is."""

    line: BasketLine
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    holder: str
    answers: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What may be taken, by the primary key of its line, and what may not."""

    good: Mapping[Any, CheckedPayment]
    refused: Mapping[Any, tuple[str, ...]]


def judge(
    lines: Sequence[BasketLine], *, user: Any, method: MethodOfPayment | None = None
) -> Judged:
    """Check lines for staff, by today's rules and the user's funds; one query or two."""
    found = recheck(lines, audience=Audience.STAFF, method=method)
    scope = taking_scope(user)
    refused = dict(found.refused)
    for line in lines:
        if line.payment_type.fund_id not in scope:
            refused[line.pk] = (_("You don’t take payments for this fund any more"),)
    return Judged(good=found.good, refused=refused)


def judge_for_link(lines: Sequence[BasketLine], *, user: Any) -> Judged:
    """Check lines that the payer is to pay online: what staff may take, residents may not always.

    A link that its payer is refused is worse than none.
    """
    mine = judge(lines, user=user)
    public = recheck(lines)
    return Judged(good=mine.good, refused={**public.refused, **mine.refused})


def without_account(draft: Draft, *, channel: Channel) -> tuple[BasketLine, ...]:
    """Return the lines that no merchant account takes in this way at the moment; one query."""
    return parts_of(draft.shopping.lines, site_id=draft.site_id, channel=channel).closed


def looks(lines: Sequence[BasketLine], *, judged: Judged, user: Any) -> list[Look]:
    """Set out lines for the person who takes the payment."""
    holders = scope_of(user, "ims_accounts.view_accountholder")
    found = []
    for line in lines:
        checked = judged.good.get(line.pk)
        account = checked.account if checked else None
        seen = account if account and account.fund_id in holders else None
        found.append(
            Look(
                line=line,
                problems=judged.refused.get(line.pk, ()),
                warnings=checked.warnings if checked else (),
                holder=", ".join(filter(None, [full_name(seen), address(seen)])) if seen else "",
                answers=(*shown_answers(line.answers), *made_up(line)),
            )
        )
    return found

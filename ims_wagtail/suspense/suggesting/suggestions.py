"""Accounts suggested for items: what speaks for each, and how likely it is together.

What speaks for an account counts as independent: a score of 100 is as good as certain, and two
halves make three quarters. Where several accounts are as likely, none of them is.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ims_wagtail.access.policy import Scope, funds_for, scope_of
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.models import Fund
from ims_wagtail.suspense.kinds import ALLOCATE

from . import routes
from .cases import Case, cases_of
from .names import nearness
from .routes import Candidate, Route


#: What each piece of evidence counts, of 100.
_SCORES = {
    Route.KNOWN_PAYER: 100,
    Route.CHECKED_REFERENCE: 85,
    Route.REFERENCE: 50,
    Route.PAID_BEFORE: 60,
}
_ACCOUNT_EXISTS = 60
_OWES_EXACTLY_THIS = 50
#: Accounts whose scores are nearer than that are as likely; then each keeps this share of its own.
_AS_LIKELY, _SHARE = 10, 0.6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account that an item's money may be for; ``score`` is of 100."""

    item_id: int
    fund: Fund
    reference: str
    score: int
    reasons: tuple[str, ...]
    #: Whose account it is, for readers who may know.
    account: str

    @property
    def reason(self) -> str:
        """Everything that speaks for it, in a sentence."""
        return "; ".join(self.reasons)


def suggest(items: Iterable[Any], *, reader: Any) -> dict[int, list[Suggestion]]:
    """Return suggestions by the ids of items, the likeliest first, in funds the reader may reach.

    ``items`` come ``with_remaining`` and with their lines. Ten queries, however many items.
    """
    cases = {case.item_id: case for case in cases_of(items, reader=reader)}
    reach = funds_for(reader, ALLOCATE).filter(enabled=True, is_suspense=False)
    funds = reach.select_related("reference_rule").in_bulk()
    if not cases or not funds:
        return {}
    sees = scope_of(reader, "ims_accounts.view_accountholder")
    found = _candidates(list(cases.values()), funds, sees)
    accounts = _accounts(found)
    suggestions: dict[int, list[Suggestion]] = defaultdict(list)
    for candidate, ways in found.items():
        fund = funds[candidate.fund_id]
        account = accounts.get((candidate.fund_id, candidate.reference))
        if account is None and fund.account_must_exist:
            continue
        made = _weigh(candidate, ways, cases[candidate.item_id], fund, account, sees)
        if made.score:
            suggestions[candidate.item_id].append(made)
    return {item_id: _ranked(made) for item_id, made in suggestions.items()}


def _candidates(
    cases: list[Case], funds: dict[int, Fund], sees: Scope
) -> dict[Candidate, set[Route]]:
    found: dict[Candidate, set[Route]] = defaultdict(set)
    named = [fund_id for fund_id in funds if fund_id in sees]
    for way, fund_ids in (
        (routes.references, list(funds)),
        (routes.known_payers, list(funds)),
        (routes.paid_before, list(funds)),
        (routes.balances, named),
        (routes.names, named),
    ):
        for candidate, route in way(cases, fund_ids):
            found[candidate].add(route)
    return found


def _accounts(found: Iterable[Candidate]) -> dict[tuple[int, str], AccountHolder]:
    """Read the accounts of all candidates at once."""
    wanted = list(found)
    accounts = AccountHolder.objects.filter(
        fund__in={candidate.fund_id for candidate in wanted},
        reference__in={candidate.reference for candidate in wanted},
    )
    return {(account.fund_id, account.reference): account for account in accounts}


def _weigh(
    candidate: Candidate,
    ways: set[Route],
    case: Case,
    fund: Fund,
    account: AccountHolder | None,
    sees: Scope,
) -> Suggestion:
    words = {
        Route.KNOWN_PAYER: _("the payer is known by this name"),
        Route.CHECKED_REFERENCE: _("the reference stands there, its check digit is right"),
        Route.REFERENCE: _("a reference of this form stands there"),
        Route.PAID_BEFORE: _("the same payer has paid this account before"),
    }
    weights = {words[way]: score for way, score in _SCORES.items() if way in ways}
    may_know = fund.pk in sees
    if account is not None:
        if ways & {Route.CHECKED_REFERENCE, Route.REFERENCE}:
            weights[_("there is such an account")] = _ACCOUNT_EXISTS
        if may_know and account.balance == case.amount:
            weights[_("the account owes exactly this")] = _OWES_EXACTLY_THIS
        if may_know and (near := nearness(case.words, account)):
            weights[_("the name on the account is near to the payer's")] = near
    unlikely = 1.0
    for score in weights.values():
        unlikely *= 1 - score / 100
    return Suggestion(
        item_id=candidate.item_id,
        fund=fund,
        reference=candidate.reference,
        score=round(100 * (1 - unlikely)),
        reasons=tuple(weights),
        account=_name_on(account) if account and may_know else "",
    )


def _name_on(account: AccountHolder) -> str:
    return " ".join(filter(None, (account.title, account.forename, account.surname)))


def _ranked(made: list[Suggestion]) -> list[Suggestion]:
    ranked = sorted(made, key=lambda one: (-one.score, one.fund.code, one.reference))
    best = ranked[0].score
    rivals = [one for one in ranked if one.score > best - _AS_LIKELY]
    if len(rivals) == 1:
        return ranked
    doubt = _("others are as likely")
    return [
        Suggestion(
            one.item_id,
            one.fund,
            one.reference,
            int(one.score * _SHARE),
            (*one.reasons, doubt),
            one.account,
        )
        if one in rivals
        else one
        for one in ranked
    ]

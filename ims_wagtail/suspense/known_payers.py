"""Remembering whom a name at the bank means: proposed by one person, approved by another."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import ask
from ims_wagtail.corrections.targets import funds_with_rules
from ims_wagtail.funds.models import Fund
from ims_wagtail.funds.references import (
    ReferenceInvalid,
    RuleFacts,
    compile_facts,
    open_reference,
)

from .enums import KnownPayerState
from .exceptions import SuspenseRefused
from .kinds import APPROVE_PAYER, KNOWN_PAYER, PROPOSE_PAYER
from .models import KnownPayer
from .suggesting.cases import plain


#: A shorter name stands in too many narratives.
SHORTEST = 5


def propose_payer(*, name: str, fund: Fund, reference: str, reason: str, by: Any) -> KnownPayer:
    """Ask that a payer be known by a name from now on. Raises ``SuspenseRefused``.

    Nothing comes of it before somebody else has approved it: money would follow the name.
    """
    if fund.pk not in scope_of(by, PROPOSE_PAYER):
        raise SuspenseRefused(_("You don't have the right to name payers in this fund."))
    words = plain(name)
    if len(words) < SHORTEST or not any(letter.isalpha() for letter in words):
        raise SuspenseRefused(
            _("Enter the name as the bank gives it, of %(least)s characters or more.")
            % {"least": SHORTEST}
        )
    if not reason.strip():
        raise SuspenseRefused(_("Say how you know that the name means this account."))
    account = _checked(fund, reference)
    try:
        with transaction.atomic():
            payer = KnownPayer.objects.create(
                name=words[:100], fund=fund, account_reference=account, requested_by=by
            )
            _record("propose known payer", payer, by)
            ask(
                kind=KNOWN_PAYER,
                subject=f"{KNOWN_PAYER}:{payer.pk}",
                title=_("Known payer of account %(reference)s") % {"reference": account},
                amount=Decimal(0),
                fund_ids=[fund.pk],
                reason=reason,
                by=by,
            )
    except ApprovalError as error:
        raise SuspenseRefused(str(error)) from error
    except IntegrityError as error:
        if "ims_a_payer_is_known_once" not in str(error):
            raise
        raise SuspenseRefused(_("This payer is known already, or waits for approval.")) from error
    return payer


@transaction.atomic
def forget_payer(*, payer_id: int, by: Any) -> KnownPayer:
    """Make no suggestions by a name any more. Raises ``SuspenseRefused``."""
    payer = KnownPayer.objects.select_for_update(of=("self",)).get(pk=payer_id)
    if payer.fund_id not in scope_of(by, PROPOSE_PAYER):
        raise SuspenseRefused(_("You don't have the right to name payers in this fund."))
    if payer.state != KnownPayerState.IN_USE:
        raise SuspenseRefused(_("Only a payer in use can be forgotten."))
    _become(payer, KnownPayerState.FORGOTTEN)
    _record("forget known payer", payer, by, before={"state": KnownPayerState.IN_USE})
    return payer


def known_payer_kind() -> Kind:
    """Return what approvals are to know of known payers."""
    return Kind(
        key=KNOWN_PAYER,
        name=gettext_lazy("Known payer"),
        ask=PROPOSE_PAYER,
        approve=APPROVE_PAYER,
        on_approved=lambda approval: _decide(approval, KnownPayerState.IN_USE),
        on_closed=lambda approval: _decide(approval, KnownPayerState.REFUSED),
        url=lambda approval: reverse("ims_known_payers:inspect", args=[_pk(approval)]),
    )


def _checked(fund: Fund, reference: str) -> str:
    facts = funds_with_rules([fund.pk]).get().reference_rule
    try:
        return (compile_facts(RuleFacts.of(facts)) if facts else open_reference)(reference)
    except ReferenceInvalid as invalid:
        raise SuspenseRefused(str(invalid)) from invalid


def _decide(approval: Approval, state: KnownPayerState) -> None:
    _become(KnownPayer.objects.select_for_update(of=("self",)).get(pk=_pk(approval)), state)


def _become(payer: KnownPayer, state: KnownPayerState) -> None:
    payer.state = state
    payer.save(update_fields=["state"])


def _record(action: str, payer: KnownPayer, by: Any, before: dict[str, Any] | None = None) -> None:
    # The name is somebody's: the log says which row, and the row says the name.
    audit.record(
        user=by,
        action=action,
        obj=payer,
        fund=payer.fund_id,
        before=before,
        after={"account reference": payer.account_reference, "state": payer.state},
    )


def _pk(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])

"""Which permissions let a person move money or decide about it, and which of them take two people.

Approval itself refuses the person who asked (that is proved where each thing is approved). This
says beforehand who could ask **and** approve, so that a council hands the halves to different
people.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .policy import Scope
from .review import scopes_by_person


@dataclass(frozen=True, slots=True)
class Duty:
    """Something one person asks for and another approves."""

    name: str | Promise
    ask: str
    approve: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person who holds both halves of a duty, and in which funds."""

    user: Any
    duty: Duty
    scope: Scope


#: What takes two people. Approvals add what may be asked for there.
DUTIES = [Duty(_("Changing prices"), "ims_funds.add_pricechange", "ims_funds.approve_pricechange")]

#: What moves money, decides what is paid, or hands out the right to: permission and words.
TASKS: dict[str, str | Promise] = {
    "ims_payments.check_attempt": _("Ask the provider and settle a payment"),
    "ims_ledger.export_transaction": _("Take transactions away in a file"),
    "ims_ledger.close_period": _("Close accounting months"),
    "ims_ledger.reopen_period": _("Open closed months again"),
    "ims_accounts.change_stopmessage": _("Change what stops payments"),
    "ims_funds.add_pricechange": _("Ask for new prices"),
    "ims_funds.approve_pricechange": _("Approve new prices"),
    "ims_funds.change_paymenttype": _("Change payment types"),
    "ims_funds.change_fund": _("Change funds"),
    "ims_funds.change_vatcode": _("Change VAT codes"),
    "ims_payments.change_merchantaccount": _("Change accounts at providers"),
    "ims_access.change_staffprofile": _("Change what people may use"),
    "ims_imports.add_import": _("Import files and post them"),
    "ims_imports.undo_import": _("Undo imports"),
    "ims_imports.change_importtype": _("Change what files are read and what they become"),
}


def add_duty(duty: Duty, *, ask: str | Promise, approve: str | Promise) -> None:
    """Add a duty of two people, and the words of its halves for the access review."""
    DUTIES.append(duty)
    TASKS[duty.ask] = ask
    TASKS[duty.approve] = approve


def conflicts() -> list[Conflict]:
    """Return everybody who holds both halves of a duty in one fund; a constant number of queries.

    Administrators are left out: they may do everything by nature, and the access review names them.
    """
    halves = {permission for duty in DUTIES for permission in (duty.ask, duty.approve)}
    found = []
    for user, scopes in scopes_by_person(halves):
        for duty in DUTIES:
            both = scopes.get(duty.ask, Scope()) & scopes.get(duty.approve, Scope())
            if both:
                found.append(Conflict(user, duty, both))
    return found

"""What a stop message does to a payment, and the words for it, for one audience."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ims_wagtail.funds.reference_messages import within

from .enums import Audience, StopEffect
from .models import AccountHolder, StopMessage


@dataclass(frozen=True, slots=True)
class StopOutcome:
    """What somebody meets who pays an account that carries a stop message."""

    effect: StopEffect
    #: The words of the message; none when it does nothing, or has no words for this audience.
    text: str


def stop_outcome(*, stop: StopMessage, audience: Audience) -> StopOutcome:
    """Return what a stop message does to residents or to staff."""
    staff = audience == Audience.STAFF
    effect = StopEffect(stop.staff_effect if staff else stop.public_effect)
    text = stop.staff_text if staff else stop.public_text
    return StopOutcome(effect, "" if effect == StopEffect.NONE else text)


def not_payable_text(label: str) -> str:
    """One answer for accounts we don't have and accounts we won't take money for.

    Different answers would let anybody find out which references are real. ``label`` names the
    reference.
    """
    return _(
        "We can't take a payment for this %(label)s online. Check it against your latest bill "
        "or letter, or contact us"
    ) % {"label": within(label or _("Reference"))}


def takes_no_cheques(account: AccountHolder | None) -> bool:
    """Say whether the stop message of an account refuses cheques, whatever else it does."""
    return bool(account and account.stop_message and account.stop_message.refuses_cheques)


def what_is_read(*, stop: StopMessage, audience: Audience, label: str) -> str:
    """Return the words somebody reads who pays an account with this message; "" for none."""
    outcome = stop_outcome(stop=stop, audience=audience)
    if outcome.effect == StopEffect.BLOCK:
        return outcome.text or not_payable_text(label)
    return outcome.text

"""What a page says about the step before. Addresses carry a key, never words."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


NOTICES: dict[str, Promise] = {
    "added": _("Added to your basket."),
    "already_there": _("This payment was in your basket already. Nothing has been added."),
    "replaced": _("The payment in your basket has been replaced."),
    "increased": _("The amount in your basket has been increased."),
    "kept": _("Your basket has been left as it was."),
    "changed": _("Your basket has been changed."),
    "removed": _("The payment has been removed from your basket."),
    "gone": _("That payment is no longer in your basket."),
    "empty": _("Your basket is empty, so there is nothing to pay."),
    "too_many": _(
        "Your basket holds more payments than can be made at once. Remove some and pay for them "
        "afterwards."
    ),
    "other_tab": _(
        "Your basket was changed in another window. Check it again before you pay. "
        "No money has been taken."
    ),
    "other_way": _(
        "What you can pay for has changed since you looked. Check it again before you pay. "
        "No money has been taken."
    ),
    "unavailable": _(
        "Sorry, there is a problem with the payment service. No money has been taken. "
        "Your basket has been kept: try again in a few minutes."
    ),
    "link_unavailable": _(
        "Sorry, there is a problem with the payment service. No money has been taken. "
        "Try again in a few minutes."
    ),
    "not_payable": _(
        "This payment can’t be made any more. No money has been taken. Look in your basket for "
        "what can still be paid, or start again."
    ),
}


#: What a resident wanted done, and was: said in green. All else is “Important”.
_DONE = ("added", "replaced", "increased", "changed", "removed")


@dataclass(frozen=True, slots=True)
class Notice:
    """What to say, and the kind of banner to say it in."""

    words: Promise
    kind: str


def notice(request: HttpRequest) -> Notice | None:
    """Return what the address's ``notice`` stands for, or ``None``."""
    key = request.GET.get("notice", "")
    if key not in NOTICES:
        return None
    return Notice(words=NOTICES[key], kind="success" if key in _DONE else "")

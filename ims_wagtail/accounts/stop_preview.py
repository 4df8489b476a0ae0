"""What staff and residents meet who pay an account with a stop message, shown before they do."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .enums import Audience
from .models import StopMessage
from .stops import stop_outcome, what_is_read


@dataclass(frozen=True, slots=True)
class Encounter:
    """What one audience meets."""

    audience: str
    effect: Any
    text: str
    #: Whether the words are our own, because the message has none for this audience.
    usual_words: bool


def preview(stop: StopMessage) -> list[Encounter]:
    """Return what staff and residents meet. Takes the label that the fund's payers read."""
    label = (
        stop.fund.payment_types.exclude(reference_label="")
        .order_by("pk")
        .values_list("reference_label", flat=True)
        .first()
    )
    encounters = []
    for audience, name in (
        (Audience.STAFF, _("Staff, and staff-taken payments")),
        (Audience.PUBLIC, _("Residents, on the website")),
    ):
        outcome = stop_outcome(stop=stop, audience=audience)
        text = what_is_read(stop=stop, audience=audience, label=label or "")
        encounters.append(Encounter(name, outcome.effect.label, text, text != outcome.text))
    return encounters

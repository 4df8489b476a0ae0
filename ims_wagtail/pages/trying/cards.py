"""The sandbox provider's cards, for who tries a page out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.payments.providers.sandbox.cards import CARDS
from ims_wagtail.payments.providers.sandbox.states import State
from ims_wagtail.ui.forms import GovukForm


#: What a payer is told when they come back from the provider.
_TOLD = {
    State.CAPTURED: Outcome.PAID,
    State.DECLINED: Outcome.DECLINED,
    State.EXPIRED: Outcome.EXPIRED,
    State.ERROR: Outcome.FAILED,
    State.SUBMITTED: Outcome.CHECKING,
}
#: One card for each of them: the first that comes back to us.
_CARDS = {
    _TOLD[card.state]: card for card in reversed(CARDS) if card.returns and card.state in _TOLD
}


class CardForm(GovukForm):
    """Which test card is used, or that the payer gives up."""

    submit_label = _("Pay as a test")

    card = forms.ChoiceField(
        label=_("Which test card do you use?"),
        choices=[
            *((told.value, f"{card.spaced} – {card.name}") for told, card in _CARDS.items()),
            (Outcome.CANCELLED.value, _("None: give up")),
        ],
        widget=forms.RadioSelect,
    )

"""The pretend provider's cards, by what they do."""

from ims_wagtail.payments.providers.sandbox.cards import CARDS


def number_of(name: str) -> str:
    """Return the number of the card that behaves like this."""
    return next(card.number for card in CARDS if card.name == name)


SUCCESS = number_of("Success")
DECLINED = number_of("Declined")
EXPIRED = number_of("Expired")
ERROR = number_of("Error")
SLOW_TO_CONFIRM = number_of("Submitted, then success")
TAKEN_BACK = number_of("Success, then capture error")
NEVER_RETURNS = number_of("Never returns")
NEVER_TOLD = number_of("Never returns, no webhook")
WRONG_AMOUNT = number_of("Wrong amount")

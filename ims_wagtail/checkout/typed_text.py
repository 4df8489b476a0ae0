"""What residents may not type into a text: card numbers and characters that can't be seen."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ims_wagtail.accounts.checks import looks_like_card_number


def refuse_card_number(text: str, *, name: str) -> None:
    """Raise ``ValidationError`` for a text that holds a card number; ``name`` is the field's."""
    if looks_like_card_number(text):
        raise ValidationError(
            _(
                "“%(name)s” must not hold a card number. Card details are only ever asked for "
                "on the payment provider’s own page"
            )
            % {"name": name},
            code="card_number",
        )


def refuse_control_characters(text: str) -> None:
    """Raise ``ValidationError`` for line breaks and other control characters in a one-line text."""
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise ValidationError(
            _("Use letters, figures and punctuation on one line only"), code="control"
        )

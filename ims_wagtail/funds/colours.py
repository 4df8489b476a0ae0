"""The colours by which staff tell methods of payment apart."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ui.colour import ENOUGH, contrast


if TYPE_CHECKING:
    from .models import MethodOfPayment


colour_validator = RegexValidator(
    r"\A#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six digits or letters, like #2185d0")
)


def clean_colours(method: "MethodOfPayment") -> None:
    """Raise ``ValidationError`` when one colour is missing or the text is too faint to read."""
    background, text = method.background_colour, method.text_colour
    if bool(background) != bool(text):
        missing = "text_colour" if background else "background_colour"
        raise ValidationError({missing: _("Give both colours, or neither")})
    try:
        ratio = contrast(background, text) if background else ENOUGH
    except ValueError:
        return  # Not a colour at all, which another validator says better.
    if ratio < ENOUGH:
        raise ValidationError(
            {
                "text_colour": _(
                    "This text is too faint on the background: its contrast is %(ratio)s to 1 and "
                    "at least 4.5 to 1 is needed. Choose a darker or a lighter colour."
                )
                # Cut, not rounded: 4.49 must not be reported as 4.5.
                % {"ratio": f"{int(ratio * 10) / 10:.1f}"}
            }
        )

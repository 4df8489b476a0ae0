"""Contrast between two colours, as WCAG 2.2 measures it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


#: Success criterion 1.4.3 for text of usual size.
ENOUGH = 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1, of ``#rrggbb`` (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1 to 21, of two ``#rrggbb`` colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def validate_readable_on_white(colour: str) -> None:
    """Raise ``ValidationError`` when white text on this colour is too faint to read."""
    try:
        ratio = contrast(colour, "#ffffff")
    except ValueError:
        return  # Not a colour at all, which another validator says better.
    if ratio < ENOUGH:
        raise ValidationError(
            _(
                "White text on %(colour)s is too faint to read: its contrast is %(ratio)s to 1 and "
                "at least 4.5 to 1 is needed. Choose a darker colour."
            ),
            code="contrast",
            # Cut, not rounded: 4.49 must not be reported as 4.5.
            params={"colour": colour, "ratio": f"{int(ratio * 10) / 10:.1f}"},
        )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

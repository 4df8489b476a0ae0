"""How money came."""

from django.utils.translation import gettext_lazy as _

from .asking import Asked
from .grouped import FIGURES, by
from .report import Column, Outcome, Report


def make(asked: Asked) -> Outcome:
    """Add up the daily totals by method of payment."""
    return by(asked, "method")


REPORT = Report(
    code="by-method",
    title=_("By method of payment"),
    counts=_(
        "Everything that was posted by each method of payment. Refunds count against the method the"
        " money came by; what moves inside the book has methods of its own."
    ),
    columns=(Column(_("Code")), Column(_("Method of payment")), *FIGURES),
    make=make,
    drawn=(1, 5),
)

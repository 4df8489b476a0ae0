"""What came to each fund."""

from django.utils.translation import gettext_lazy as _

from .asking import Asked
from .grouped import FIGURES, by
from .report import Column, Outcome, Report


def make(asked: Asked) -> Outcome:
    """Add up the daily totals by fund."""
    return by(asked, "fund")


REPORT = Report(
    code="by-fund",
    title=_("By fund"),
    counts=_(
        "Everything that was posted to each fund: takings, and what journals, transfers and"
        " allocations of suspense brought or took away."
    ),
    columns=(Column(_("Code")), Column(_("Fund")), *FIGURES),
    make=make,
    drawn=(1, 5),
)

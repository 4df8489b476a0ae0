"""When residents can pay on a page, and what they read while they can't.

Only the page's own form opens and closes. Who has the payment in their basket goes on, and staff
take it as before.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


if TYPE_CHECKING:
    from .mixins import PayablePageMixin


PAUSED = gettext_lazy("Payments are paused at the moment.")
NOT_NOW = gettext_lazy("This can’t be paid online at the moment.")


def why_closed(page: "PayablePageMixin", *, at: datetime) -> str:
    """Return in words why nothing can be paid on a page at a moment; nothing when it is open."""
    if page.paused:
        return str(PAUSED)
    if page.opens_at and at < page.opens_at:
        return _("You can pay here from %(moment)s.") % {"moment": _moment(page.opens_at)}
    if page.closes_at and at >= page.closes_at:
        return _("You could pay here until %(moment)s.") % {"moment": _moment(page.closes_at)}
    return ""


def _moment(at: datetime) -> str:
    local = localtime(at)
    return _("%(time)s on %(day)s") % {
        # Twelve hours, without a nought before or full stops after, as on GOV.UK.
        "time": f"{local.hour % 12 or 12}:{local:%M%p}".lower().replace(":00", ""),
        "day": date_format(local, "j F Y"),
    }

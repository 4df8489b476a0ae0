"""What of a month's payments is not done, told before the month is closed."""

from datetime import date

from django.db.models import DateField
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.clock import LONDON
from ims_wagtail.ledger.periods import OpenMatter

from .comparing.compare import bounds
from .enums import REFUND_IN_FLIGHT, UNFINISHED_STATES, AttemptState
from .models import Attempt, Comparison, Difference, Refund


def unfinished_payments(first: date, last: date) -> OpenMatter | None:
    """Return how many payments of the month, or from before it, have no final state."""
    attempts = Attempt.objects.filter(state__in=UNFINISHED_STATES, created_at__lt=bounds(last)[1])
    return _matter(_("Payments whose end nobody knows yet"), attempts.count(), "ims_waiting:index")


def refunds_under_way(first: date, last: date) -> OpenMatter | None:
    """Return how many refunds asked for by the end of the month are neither made nor given up."""
    refunds = Refund.objects.filter(state__in=REFUND_IN_FLIGHT, requested_at__lt=bounds(last)[1])
    return _matter(_("Refunds that are under way"), refunds.count(), "ims_refunds:index")


def uncompared_days(first: date, last: date) -> OpenMatter | None:
    """Return how many days with payments were not compared with an account's provider."""
    day = TruncDate("finished_at", tzinfo=LONDON, output_field=DateField())
    paid = Attempt.objects.filter(
        state=AttemptState.PAID,
        finished_at__gte=bounds(first)[0],
        finished_at__lt=bounds(last)[1],
    )
    taken = set(paid.annotate(day=day).values_list("account", "day").distinct())
    compared = Comparison.objects.filter(day__range=(first, last)).values_list("account", "day")
    days = len(taken - set(compared))
    return _matter(_("Days not compared with the provider"), days, "ims_comparisons:index")


def open_differences(first: date, last: date) -> OpenMatter | None:
    """Return how many differences with providers up to the end of the month are unexplained."""
    found = Difference.objects.filter(closed_at__isnull=True, comparison__day__lte=last)
    return _matter(
        _("Differences with providers to be explained"), found.count(), "ims_differences:index"
    )


CHECKS = (unfinished_payments, refunds_under_way, uncompared_days, open_differences)


def _matter(text: str, number: int, screen: str) -> OpenMatter | None:
    return OpenMatter(text, f"{number:,}", reverse(screen)) if number else None

"""Template filters of staff pages."""

from datetime import datetime
from decimal import Decimal

from django import template

from ims_wagtail.access.columns import london_time
from ims_wagtail.money import format_pounds


register = template.Library()


@register.filter
def pounds(amount: Decimal | None) -> str:
    """Write an amount: ``{{ line.amount|pounds }}``."""
    return "" if amount is None else format_pounds(amount)


@register.filter
def counted(number: int | None) -> str:
    """Write a count so that it can be read: ``{{ file.row_count|counted }}`` is 1,000,000."""
    return "" if number is None else f"{number:,}"


@register.filter
def london(at: datetime | None) -> str:
    """Write a moment as Europe/London shows it: ``{{ posting.entered_at|london }}``."""
    return london_time(at)


@register.filter
def percent(rate: Decimal | None) -> str:
    """Write a fraction as a percentage: 0.2 is 20 %."""
    return "" if rate is None else f"{(rate * 100).normalize():f} %"

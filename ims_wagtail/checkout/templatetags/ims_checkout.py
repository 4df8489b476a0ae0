"""Template filters of the journey."""

from decimal import Decimal

from django import template

from ims_wagtail.money import format_pounds


register = template.Library()


@register.filter
def pounds(amount: Decimal) -> str:
    """Write an amount of money: ``{{ line.amount|pounds }}`` gives ``£1,234.50``."""
    return format_pounds(amount)

"""Columns of staff lists."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from wagtail.admin.ui.tables import Column, TitleColumn

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.money import format_pounds


def london_time(at: datetime | None) -> str:
    """Write a moment as Europe/London shows it, whatever the reader's profile says."""
    return date_format(at.astimezone(LONDON), "j M Y, H:i") if at else ""


#: How wide a letter of a code is drawn, and the space beside the code.
_LETTER, _MARGIN = 8, 12


def method_in_colour(method: MethodOfPayment) -> str:
    """Write a method's name, after its code in its colours when it has some.

    The colours are attributes of a drawing: our screens allow no styles of their own. The name
    stands in the colours of the list, so that nobody has to tell methods apart by colour.
    """
    if not method.background_colour:
        return method.name
    letters = len(method.code) * _LETTER
    return format_html(
        '<svg class="ims-code" width="{width}" height="20" aria-hidden="true">'
        '<rect width="{width}" height="20" rx="3" fill="{background}"/>'
        '<text x="{start}" y="14" textLength="{letters}" fill="{text}">{code}</text>'
        "</svg> {name}",
        width=letters + _MARGIN,
        start=_MARGIN // 2,
        letters=letters,
        background=method.background_colour,
        text=method.text_colour,
        code=method.code,
        name=method.name,
    )


class MethodColumn(Column):
    """A method of payment, with its colours."""

    def get_value(self, instance: Any) -> str:
        return method_in_colour(super().get_value(instance))


class MoneyColumn(Column):
    """An amount in pounds, aligned so that pence stand under pence."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, classname="ims-money", **options)

    def get_value(self, instance: Any) -> str:
        amount: Decimal | None = super().get_value(instance)
        return "" if amount is None else format_pounds(amount)


class ReferenceColumn(TitleColumn):
    """A reference that leads to what it names; never broken, so that it can be read aloud."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, link_classname="ims-reference", **options)


class DayColumn(Column):
    """A day, written out: “yesterday” is not what stands in the bank's or the provider's list."""

    def get_value(self, instance: Any) -> str:
        day: date | None = super().get_value(instance)
        return date_format(day, "j M Y") if day else ""


class TimeColumn(Column):
    """A moment, in Europe/London."""

    def get_value(self, instance: Any) -> str:
        return london_time(super().get_value(instance))

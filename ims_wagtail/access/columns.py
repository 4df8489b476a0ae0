"""Columns of staff lists."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column, TitleColumn

from ims_wagtail.clock import LONDON
from ims_wagtail.money import format_pounds


def london_time(at: datetime | None) -> str:
    """Write a moment as Europe/London shows it, whatever the reader's profile says."""
    return date_format(at.astimezone(LONDON), "j M Y, H:i") if at else ""


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


class TimeColumn(Column):
    """A moment, in Europe/London."""

    def get_value(self, instance: Any) -> str:
        return london_time(super().get_value(instance))

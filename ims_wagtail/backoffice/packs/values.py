"""Values of a set-up pack: how a stored field is written in JSON, and read back strictly."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _


_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)


def written(field: Any, value: Any) -> Any:
    """Return a stored value as JSON holds it: amounts and dates as text, nothing as null."""
    if value is None:
        return None
    if isinstance(field, ArrayField):
        return [written(field.base_field, item) for item in value]
    if isinstance(field, models.DecimalField):
        return f"{Decimal(value):.{field.decimal_places}f}"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)  # a choice is text of a kind of its own
    return value


def read(field: Any, value: Any) -> Any:
    """Return what JSON holds as a value to store. Raises ``ValidationError`` saying what to write.

    Only the kind of value is looked at here; limits and choices are the model's own affair.
    """
    if value is None:
        if not field.null:
            raise ValidationError(_("Null is not possible here. Write a value."))
        return None
    for kind, reader in _READERS:
        if isinstance(field, kind):
            return reader(field, value)
    raise TypeError(f"set-up packs can't hold {type(field).__name__} ({field})")


def _array(field: Any, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValidationError(_("Write a list, in square brackets."))
    return [read(field.base_field, item) for item in value]


def _flag(field: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(_("Write true or false, without quotes."))
    return value


def _whole_number(field: Any, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValidationError(_("Write a whole number, without quotes."))
    return value


def _decimal(field: Any, value: Any) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValidationError(_("Write a number in quotes, such as “12.50”."))
    return Decimal(value)


def _time(field: Any, value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        found = None
    if found is None or found.tzinfo is None:
        raise ValidationError(_("Write a time with its zone, such as “2026-04-01T00:00:00+00:00”."))
    return found


def _date(field: Any, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError(_("Write a date such as “2026-04-01”.")) from None


def _time_of_day(field: Any, value: Any) -> time:
    try:
        found = time.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError(_("Write a time such as “08:30:00”.")) from None
    if found.tzinfo is not None:
        raise ValidationError(_("Write a time such as “08:30:00”."))
    return found


def _text(field: Any, value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("Write text, in quotes."))
    return value


def _anything(field: Any, value: Any) -> Any:
    return value


#: By kind of field, the narrower first: a time is a date to Django.
_READERS: tuple[tuple[type[Any], Any], ...] = (
    (ArrayField, _array),
    (models.BooleanField, _flag),
    (models.IntegerField, _whole_number),
    (models.DecimalField, _decimal),
    (models.DateTimeField, _time),
    (models.DateField, _date),
    (models.TimeField, _time_of_day),
    (models.JSONField, _anything),
    (models.CharField, _text),
    (models.TextField, _text),
)

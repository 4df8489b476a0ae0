"""The record of what staff changed, with what stood there before and after."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ForeignKey, Model
from django.utils.encoding import force_str

from ims_wagtail.funds.models import Fund

from .chain import seal_soon
from .models import AuditEntry


def record(
    *,
    user: Any,
    action: str,
    obj: Model | type[Model],
    fund: Fund | int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down what a person did to an object (or to a whole kind of object, as an export does).

    Call it inside the transaction of the change, so that neither stands without the other.
    ``user`` is None when nobody was logged in. ``fund`` decides who may read the entry.
    """
    person = user if user is not None and user.is_authenticated else None
    entry = AuditEntry.objects.create(
        user=person,
        user_name=person.get_username()[:150] if person else "",
        action=action,
        object_type=obj._meta.label,
        object_id="" if isinstance(obj, type) or obj.pk is None else str(obj.pk),
        fund_id=fund.pk if isinstance(fund, Fund) else fund,
        before=_plain(before or {}),
        after=_plain(after or {}),
    )
    transaction.on_commit(seal_soon)
    return entry


def snapshot(obj: Model) -> dict[str, Any]:
    """Return every stored field of an object, relations as the words a person knows them by.

    Relations to many are among them once the object is stored.
    """
    values: dict[str, Any] = {}
    for field in obj._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            related = getattr(obj, field.name)
            values[field.name] = None if related is None else str(related)
        else:
            values[field.name] = getattr(obj, field.attname)
    if obj.pk is not None:
        for many in obj._meta.many_to_many:
            values[many.name] = sorted(str(row) for row in getattr(obj, many.name).all())
    return _plain(values)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return what differs, as (field, before, after), in the order the fields were written."""
    names = list(dict.fromkeys([*before, *after]))
    return [
        (name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _plain(value: Any) -> Any:
    """Return a value JSON can hold and a person can read; money as text, never as a float."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return force_str(value)

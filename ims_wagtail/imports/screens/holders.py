"""What screens show of a file of account holders: its differences, by fund and by account."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.imports.enums import HolderOutcome, ImportState
from ims_wagtail.imports.holders.guarding import removing_too_many
from ims_wagtail.imports.models import HolderFile, HolderTotal, Import, ImportHolder
from ims_wagtail.money import format_pounds


_SHOWN_COLUMNS = (
    "title",
    "forename",
    "surname",
    "address_line_1",
    "address_line_2",
    "address_line_3",
    "address_line_4",
    "postcode",
    "balance",
    "stop_message",
)


def holder_context(file: Import, *, may_run: bool) -> dict[str, Any]:
    """Return what the page of such a file shows; four queries."""
    totals = list(
        HolderTotal.objects.filter(of_import=file).select_related("fund").order_by("fund__code")
    )
    summed = [
        (outcome.label, outcome.value, sum(getattr(total, outcome.value) for total in totals))
        for outcome in HolderOutcome
    ]
    counted = {value: count for _label, value, count in summed}
    loadable = counted["new"] + counted["changed"] + counted["same"]
    return {
        "about": HolderFile.objects.filter(of_import=file).first(),
        "holder_totals": totals,
        "summed": summed if totals else [],
        "left_out_count": counted["left_out"],
        "too_many": removing_too_many(file) if file.state == ImportState.PREVIEWED else [],
        "may_confirm": file.state == ImportState.PREVIEWED and may_run and bool(loadable),
    }


def holder_rows(file: Import) -> QuerySet[ImportHolder]:
    """Return the rows of a file, with what a page of them needs."""
    return ImportHolder.objects.filter(of_import=file).select_related("fund")


def with_differences(rows: Iterable[ImportHolder]) -> list[tuple[ImportHolder, list[str]]]:
    """Return rows with their differences in words; one query for all."""
    found = list(rows)
    ids = [row.stop_message_id for row in found]
    ids += [(row.before or {}).get("stop_message_id") for row in found]
    stops = dict(StopMessage.objects.filter(pk__in=filter(None, ids)).values_list("pk", "code"))
    return [(row, list(_differences(row, stops))) for row in found]


def _differences(row: ImportHolder, stops: dict[int, str]) -> Iterator[str]:
    if row.outcome not in (HolderOutcome.CHANGED, HolderOutcome.GONE):
        return
    before = row.before or {}
    for name in _SHOWN_COLUMNS:
        column: Any = AccountHolder._meta.get_field(name)
        if column.attname not in before:
            continue
        was = _written(name, before[column.attname], stops)
        if row.outcome == HolderOutcome.GONE:
            if was:
                yield gettext("%(what)s: %(was)s") % {"what": column.verbose_name, "was": was}
            continue
        now = _written(name, getattr(row, column.attname), stops)
        nothing = gettext("nothing")
        yield gettext("%(what)s: %(was)s, now %(now)s") % {
            "what": column.verbose_name,
            "was": was or nothing,
            "now": now or nothing,
        }


def _written(name: str, value: Any, stops: dict[int, str]) -> str:
    if value is None:
        return ""
    if name == "balance":
        return format_pounds(Decimal(str(value)))
    return stops.get(value, "") if name == "stop_message" else str(value)

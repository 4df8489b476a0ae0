"""What acted on rows and why, in words: rules, and names of payers that are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import scope_of
from ims_wagtail.imports.models import ImportRow, ImportRule
from ims_wagtail.imports.payers import payer_of
from ims_wagtail.imports.rules.reading import sentence
from ims_wagtail.suspense.models import KnownPayer


@dataclass(frozen=True, slots=True)
class Acted:
    """One thing that acted on a row: what it is called, its page, and what it says today."""

    name: str
    url: str
    why: str


def acted_on(rows: Iterable[ImportRow], *, reader: Any) -> dict[int, list[Acted]]:
    """Return what acted on rows, by their ids, in its order; a handful of queries for all."""
    marks = {row.pk: row.rules or [] for row in rows}
    every = {mark for found in marks.values() for mark in found}
    told = _rules([mark for mark in every if mark > 0], reader) | _payers(
        [mark for mark in every if mark < 0], reader
    )
    return {pk: [told[mark] for mark in found if mark in told] for pk, found in marks.items()}


def _rules(ids: list[int], reader: Any) -> dict[int, Acted]:
    if not ids:
        return {}
    seen = policy_registry.get_by_type(ImportRule).user_has_permission(reader, "view")
    rules = ImportRule.objects.filter(pk__in=ids).prefetch_related("conditions", "actions__fund")
    return {
        rule.pk: Acted(
            rule.name,
            reverse("ims_importrules:inspect", args=[rule.pk]) if seen else "",
            sentence(rule),
        )
        for rule in rules
    }


def _payers(marks: list[int], reader: Any) -> dict[int, Acted]:
    if not marks:
        return {}
    scope = scope_of(reader, "ims_suspense.view_knownpayer")
    payers = KnownPayer.objects.in_bulk([payer_of(mark) for mark in marks])
    found = {mark: payers[payer_of(mark)] for mark in marks if payer_of(mark) in payers}
    return {
        mark: Acted(
            _("Known payer"),
            reverse("ims_known_payers:inspect", args=[payer.pk]) if payer.fund_id in scope else "",
            _("By this name at the bank the payer means account %(account)s.")
            % {"account": payer.account_reference},
        )
        for mark, payer in found.items()
    }

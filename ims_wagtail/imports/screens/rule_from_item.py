"""A rule begun from money in suspense: what stands on it, and where it went or may belong."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.imports.models import ImportRow, ImportRule
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.ledger.actions import Action
from ims_wagtail.suspense.kinds import VIEW
from ims_wagtail.suspense.models import AllocationGive, SuspenseItem
from ims_wagtail.suspense.remaining import with_remaining
from ims_wagtail.suspense.suggesting.suggestions import suggest


#: The name in the address of a new rule's form.
ITEM = "item"


def rule_action(item: SuspenseItem, request: HttpRequest) -> Action | None:
    """Offer a rule for money like an item's to who may write rules."""
    policy = policy_registry.get_by_type(ImportRule)
    if not policy.user_has_permission(request.user, "add"):
        return None
    label = _("Write an import rule for money like this")
    return Action(label, url=f"{reverse('ims_importrules:add')}?{ITEM}={item.pk}")


def begun_by(*, item_id: int, reader: Any) -> dict[str, Any]:
    """Return what the form of a rule begins with, by its fields; nothing for who may not look."""
    seen = with_remaining(SuspenseItem.objects.filter(pk=item_id))
    item = seen.select_related("transaction__posting").first()
    if item is None or item.fund_id not in scope_of(reader, VIEW):
        return {}
    row = (
        ImportRow.objects.filter(
            of_import__postings=item.transaction.posting_id, ordinal=item.transaction.line_number
        )
        .select_related("of_import")
        .first()
    )
    narrative = row.narrative if row else item.transaction.narrative
    return {
        "name": narrative[:80],
        "import_types": [row.of_import.import_type_id] if row else [],
        "conditions": [
            {
                "group": 1,
                "field": RuleField.NARRATIVE,
                "operator": Operator.CONTAINS,
                "value": narrative,
            }
        ],
        "actions": [
            {"kind": kind, "value": value} for kind, value in _target(item, reader).items() if value
        ],
    }


def _target(item: Any, reader: Any) -> dict[ActionKind, str]:
    """Return fund and account that it was allocated to last, or else may best belong to."""
    posted = CorrectionState.POSTED
    gives = AllocationGive.objects.filter(
        allocation__takes__item=item, allocation__state=posted, amount__gt=0
    ).exclude(allocation__undone_by__state=posted)
    fund: Any = None
    if given := gives.select_related("fund").order_by("-allocation", "number").first():
        fund, reference = given.fund, given.account_reference
    elif likely := suggest([item], reader=reader).get(item.pk):
        fund, reference = likely[0].fund, likely[0].reference
    if fund is None:
        return {}
    return {ActionKind.FUND: fund.code, ActionKind.REFERENCE: reference}

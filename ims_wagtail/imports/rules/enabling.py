"""Switching rules on, which takes two people, and off, which one can do at once."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.access import audit
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.approvals.kinds import Kind
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import ask
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.models import ImportRule
from ims_wagtail.money import ZERO

from .reading import sentence


KEY = "import_rule"


class RuleRefused(Exception):
    """A rule can't be switched; the message is fit to show."""


def ask_to_enable(*, rule: ImportRule, reason: str, by: Any) -> Approval:
    """Put a rule before a second person. Raises ``RuleRefused`` with the reason in words."""
    try:
        with transaction.atomic():
            locked = _lock(rule.pk)
            if locked.enabled:
                raise RuleRefused(_("This rule is on already."))
            if not locked.actions.exists():
                raise RuleRefused(_("This rule does nothing: add an action."))
            locked.asked_by = by
            locked.save(update_fields=["asked_by"])
            return ask(
                kind=KEY,
                subject=f"{KEY}:{locked.pk}:{locked.version}",
                title=_("Switch on the rule “%(name)s”") % {"name": locked.name},
                amount=ZERO,
                fund_ids=funds_about(locked),
                reason=reason,
                by=by,
            )
    except ApprovalError as error:
        raise RuleRefused(str(error)) from error


def disable(*, rule: ImportRule, by: Any) -> ImportRule:
    """Switch a rule off; its next version needs a second person again."""
    with transaction.atomic():
        locked = _lock(rule.pk)
        if locked.enabled:
            locked.enabled = False
            locked.version += 1
            locked.asked_by = locked.approved_by = None
            locked.save(update_fields=["enabled", "version", "asked_by", "approved_by"])
            audit.record(
                user=by,
                action="switch rule off",
                obj=locked,
                before={"rule": sentence(locked)},
            )
    return locked


def funds_about(rule: ImportRule) -> list[int]:
    """Return the funds whose people decide about a rule: all when a type of it names none."""
    types = list(rule.import_types.prefetch_related("funds"))
    named = [{fund.pk for fund in one.funds.all()} for one in types]
    if not named or not all(named):
        return list(Fund.objects.values_list("pk", flat=True))
    return sorted(set[int]().union(*named))


def _approved(approval: Approval) -> None:
    rule = _of(approval)
    rule.enabled = True
    rule.approved_by = approval.decided_by
    rule.save(update_fields=["enabled", "approved_by"])
    audit.record(
        user=approval.decided_by,
        action="switch rule on",
        obj=rule,
        after={"rule": sentence(rule)},
    )


def _closed(approval: Approval) -> None:
    rule = _of(approval)
    rule.asked_by = None
    # What was refused may be asked for again: as another version.
    rule.version += 1
    rule.save(update_fields=["asked_by", "version"])


def _page_of(approval: Approval) -> str:
    return reverse("ims_importrules:inspect", args=[_pk(approval)])


KIND = Kind(
    key=KEY,
    name=gettext_lazy("Switching an import rule on"),
    ask="ims_imports.enable_importrule",
    approve="ims_imports.approve_enable_importrule",
    on_approved=_approved,
    on_closed=_closed,
    url=_page_of,
)


def _of(approval: Approval) -> ImportRule:
    return _lock(_pk(approval))


def _pk(approval: Approval) -> int:
    return int(approval.subject.split(":")[1])


def _lock(pk: int) -> ImportRule:
    return ImportRule.objects.select_for_update(of=("self",)).get(pk=pk)

"""The list of rules, and the page of one with its buttons."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import (
    ScopedCreateView,
    ScopedDeleteView,
    ScopedEditView,
    ScopedIndexView,
    ScopedInspectView,
)
from ims_wagtail.imports.models import ImportRule
from ims_wagtail.imports.rules.enabling import RuleRefused, ask_to_enable, disable, funds_about
from ims_wagtail.imports.rules.reading import sentence
from ims_wagtail.imports.rules.simulating import DAYS

from .rule_form import FROZEN
from .rule_from_item import ITEM, begun_by


ENABLE = "ims_imports.enable_importrule"
SEE_ROWS = "ims_imports.view_importrow"


class RuleIndexView(ScopedIndexView):
    """Rules in their order, with how often each acted lately."""

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset().prefetch_related("conditions", "actions__fund")
        return with_uses(rows)


def with_uses(rules: QuerySet[ImportRule]) -> QuerySet[Any]:
    """Return rules with ``acted``: on how many rows in the last 90 days, or ``None``."""
    since = timezone.now() - timedelta(days=DAYS)
    lately = Q(uses__of_import__received_at__gte=since)
    return rules.annotate(acted=Sum("uses__count", filter=lately))


def acted_in_words(rule: Any) -> str:
    """Say on how many rows a rule of ``with_uses`` acted."""
    return f"{rule.acted:,}" if rule.acted else gettext("never")


def state_of(rule: ImportRule) -> str:
    """Say whether a rule is on, off, or waits for a second person."""
    if rule.enabled:
        return gettext("On")
    return gettext("Asked for") if rule.asked_by_id else gettext("Off")


class _WithParts:
    """A form's view that compares and audits conditions and actions as well."""

    def details(self, obj: Any) -> dict[str, Any]:
        return super().details(obj) | {"sentence": sentence(obj)}  # type: ignore[misc]

    def get_success_url(self) -> str:
        """Go on to the rule itself, where it is tried and asked for."""
        return reverse("ims_importrules:inspect", args=[self.object.pk])  # type: ignore[attr-defined]


class RuleCreateView(_WithParts, ScopedCreateView):
    """Adds a rule, which is off; as a copy (``?copy=``) or for money in suspense (``?item=``)."""

    def get_initial(self) -> dict[str, Any]:
        item = self.request.GET.get(ITEM, "")
        begun = begun_by(item_id=int(item), reader=self.request.user) if item.isdecimal() else {}
        return super().get_initial() | begun


class RuleEditView(_WithParts, ScopedEditView):
    """Changes a rule while it is off and nobody was asked about it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rule: Any = self.get_object()
        if rule.asked_by_id:
            messages.error(request, FROZEN)
            return redirect("ims_importrules:inspect", rule.pk)
        return super().get(request, *args, **kwargs)


class RuleDeleteView(ScopedDeleteView):
    """Removes a rule that never acted."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self.object.asked_by_id:
            messages.error(self.request, FROZEN)
            return redirect("ims_importrules:inspect", self.object.pk)
        return super().form_valid(form)


class RuleView(ScopedInspectView):
    """One rule: what it says, who switched it on, how often it acted, and its buttons."""

    template_name = "ims_wagtail/imports/rule.html"

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_uses(
            rows.select_related("asked_by", "approved_by").prefetch_related(
                "conditions", "actions__fund", "import_types"
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rule = self.object
        user = self.request.user
        switches = may_switch(user, rule)
        may_copy = self.permission_policy.user_has_permission(user, "add")
        return super().get_context_data(
            rule=rule,
            sentence=sentence(rule),
            state=state_of(rule),
            acted=acted_in_words(rule),
            days=DAYS,
            import_types=list(rule.import_types.all()),
            # Beside Wagtail's menu of buttons, which takes a script to open.
            edit_url=self.get_edit_url(),
            delete_url=self.get_delete_url(),
            may_ask=switches and not rule.enabled and not rule.asked_by_id,
            may_disable=switches and rule.enabled,
            may_simulate=bool(scope_of(user, SEE_ROWS)),
            copy_url=f"{reverse('ims_importrules:add')}?copy={rule.pk}" if may_copy else None,
            **kwargs,
        )

    def get_edit_url(self) -> str | None:
        return None if self.object.asked_by_id else super().get_edit_url()

    def get_delete_url(self) -> str | None:
        kept = self.object.asked_by_id or self.object.uses.exists()
        return None if kept else super().get_delete_url()


class _SwitchView(View, ABC):
    """A button of the rule's page. Only by POST."""

    model = ImportRule
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = get_object_or_404(visible_rules(request.user), pk=pk)
        if not may_switch(request.user, rule):
            raise PermissionDenied
        try:
            words = self.switch(request, rule)
        except RuleRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, words)
        return redirect("ims_importrules:inspect", pk)

    @abstractmethod
    def switch(self, request: HttpRequest, rule: ImportRule) -> str:
        """Do it and say so. Raises ``RuleRefused``."""


class AskView(_SwitchView):
    """Puts a rule before a second person."""

    def switch(self, request: HttpRequest, rule: ImportRule) -> str:
        ask_to_enable(rule=rule, reason=request.POST.get("reason", ""), by=request.user)
        return gettext("Asked. The rule is on once a second person approved it.")


class DisableView(_SwitchView):
    """Switches a rule off at once."""

    def switch(self, request: HttpRequest, rule: ImportRule) -> str:
        disable(rule=rule, by=request.user)
        return gettext("The rule is off.")


def may_switch(user: Any, rule: ImportRule) -> bool:
    """Say whether a person may ask for a rule, and switch it off: in every fund it is about."""
    scope = scope_of(user, ENABLE)
    return scope.every or bool(scope) and all(pk in scope for pk in funds_about(rule))


def visible_rules(user: Any) -> QuerySet[ImportRule]:
    """Return the rules a person may see."""
    policy = policy_registry.get_by_type(ImportRule)
    return policy.instances_user_has_permission_for(user, "view")

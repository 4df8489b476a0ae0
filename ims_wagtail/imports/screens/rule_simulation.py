"""The page of what a rule would have done."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.reading import note_read
from ims_wagtail.funds.selectors import NotSetUp
from ims_wagtail.imports.enums import RowOutcome
from ims_wagtail.imports.models import ImportRule, ImportType
from ims_wagtail.imports.policy import EveryFundPolicy
from ims_wagtail.imports.rules.reading import sentence
from ims_wagtail.imports.rules.simulating import DAYS, MOST, SHOWN, simulate
from ims_wagtail.imports.rules.simulation import Part, Simulation

from .rule_views import SEE_ROWS, visible_rules


class SimulateView(WagtailAdminTemplateMixin, View):
    """What a rule would have done to the rows of the last months. Changes nothing."""

    model = ImportRule
    http_method_names = ["get"]
    template_name = "ims_wagtail/imports/rule_simulation.html"
    page_title = gettext_lazy("What the rule would have changed")
    header_icon = "search"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.rule = get_object_or_404(visible_rules(request.user), pk=pk)
        scope = scope_of(request.user, SEE_ROWS)
        if not scope:
            raise PermissionDenied
        types = (
            EveryFundPolicy(ImportType)
            ._within(scope)
            .select_related("default_fund", "method", "office")
            .prefetch_related("funds")
        )
        found, problem = Simulation(), ""
        try:
            found = simulate(rule=self.rule, types=types)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except NotSetUp as missing:
            problem = str(missing)
        note_read(user=request.user, what=ReadWhat.PAGE, obj=self.rule)
        return self.render_to_response(
            self.get_context_data(
                rule=self.rule,
                sentence=sentence(self.rule),
                found=found,
                problem=problem,
                days=DAYS,
                most=MOST,
                shown=SHOWN,
                flows=_flows(found),
                rows=[
                    (
                        one,
                        [_in_words(part, found) for part in one.before],
                        [_in_words(part, found) for part in one.after],
                    )
                    for one in found.rows
                ],
            )
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_importrules:index"), "label": gettext("Import rules")},
            {
                "url": reverse("ims_importrules:inspect", args=[self.rule.pk]),
                "label": str(self.rule),
            },
            {"url": "", "label": self.get_page_title()},
        ]


def _flows(found: Simulation) -> list[tuple[str, str, int, Any]]:
    """Return the totals in words: from, to, rows and amount, the largest first."""
    most_first = sorted(found.flows.items(), key=lambda item: -abs(item[1].amount))
    return [
        (
            _place(found, before, fund_before),
            _place(found, after, fund_after),
            flow.rows,
            flow.amount,
        )
        for (before, fund_before, after, fund_after), flow in most_first
    ]


def _place(found: Simulation, outcome: str, fund_id: int | None) -> str:
    label = RowOutcome(outcome).label
    fund = found.funds.get(fund_id) if fund_id else None
    return f"{label}: {fund}" if fund else str(label)


def _in_words(part: Part, found: Simulation) -> dict[str, Any]:
    return {
        "place": _place(found, part.outcome, part.fund_id),
        "reference": part.reference,
        "amount": part.amount,
        "narrative": part.narrative,
        "why": part.why,
    }

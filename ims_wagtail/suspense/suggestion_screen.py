"""Accepting what is suggested for many items at once, after a look at each."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.money import ZERO

from .bulk import AT_ONCE, Outcome, accept, items_to_match, matches
from .forms import ScoreForm
from .kinds import ALLOCATE
from .models import SuspenseItem


class SuggestionsView(WagtailAdminTemplateMixin, View):
    """Shows the likeliest account of items, the oldest first, and allocates those left ticked."""

    template_name = "ims_wagtail/suspense/suggestions.html"
    page_title = _("Suggestions for suspense")
    header_icon = "help"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user, ALLOCATE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    @cached_property
    def score_form(self) -> ScoreForm:
        asked = self.request.GET
        return ScoreForm(asked if "score" in asked else {"score": 90})

    @cached_property
    def score(self) -> int:
        """From which score on; nothing is shown when it can't be read."""
        return self.score_form.cleaned_data["score"] if self.score_form.is_valid() else 101

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = request.POST.getlist("accept")
        if not keys:
            messages.error(request, gettext("Tick the suggestions to accept."))
            return self._show(status=422)
        outcome = accept(keys=set(keys), score=self.score, by=request.user)
        tell(request, outcome)
        # What is left of these items stands there again; the next ones are one step away.
        asked = {"score": self.score, "after": request.GET.get("after", "")}
        return redirect(f"{reverse('ims_suspense:suggestions')}?{urlencode(asked)}")

    def _show(self, status: int = 200) -> HttpResponse:
        after = self.request.GET.get("after", "")
        rows = items_to_match(by=self.request.user)
        if after.isdecimal() and (last := SuspenseItem.objects.filter(pk=after).first()):
            later = Q(received_at__gt=last.received_at)
            rows = rows.filter(later | Q(received_at=last.received_at, pk__gt=last.pk))
        items = list(rows[: AT_ONCE + 1])
        looked_at, more = items[:AT_ONCE], len(items) > AT_ONCE
        found = matches(looked_at, score=self.score, by=self.request.user)
        asked = {"score": self.score, "after": looked_at[-1].pk} if more else {}
        context = self.get_context_data(
            score_form=self.score_form,
            matches=found,
            total=sum((match.item.remaining for match in found), ZERO),
            looked_at=len(looked_at),
            more=f"?{urlencode(asked)}" if more else "",
        )
        return self.render_to_response(context, status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_suspense:index"), "label": gettext("Suspense")},
            {"url": "", "label": self.get_page_title()},
        ]


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """Say what came of accepting: how many were posted, how many wait, and what was left out."""
    posted = sum(made.state == CorrectionState.POSTED for made in outcome.made)
    waiting = len(outcome.made) - posted
    if posted:
        words = ngettext("%(count)s allocation is posted.", "%(count)s are posted.", posted)
        messages.success(request, words % {"count": posted})
    if waiting:
        words = ngettext(
            "%(count)s allocation waits for somebody else to approve it.",
            "%(count)s allocations wait for somebody else to approve them.",
            waiting,
        )
        messages.success(request, words % {"count": waiting})
    for item, why in outcome.refused:
        messages.error(request, f"{item.transaction.reference}: {why}")

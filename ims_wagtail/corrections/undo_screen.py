"""Undoing a journal or transfer: what that moves, and why."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.ledger.models import Posting

from .enums import CorrectionKind
from .exceptions import CorrectionRefused
from .forms import ReasonForm
from .kinds import permission_to_ask
from .requesting import request_undo
from .screens import tell
from .undoing import why_not_undo


class UndoView(WagtailAdminTemplateMixin, View):
    """Asks why, and takes the posting back as a whole; or says why it can't be."""

    model = Posting
    template_name = "ims_wagtail/corrections/undo.html"
    page_title = gettext_lazy("Undo")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = scope_of(request.user, *map(permission_to_ask, CorrectionKind))
        if not mine:
            raise PermissionDenied
        self.posting = get_object_or_404(
            Posting.objects.select_related("reversed_by", "entered_by"), pk=pk
        )
        every = list(self.posting.lines.select_related("fund").order_by("line_number"))
        self.lines = [line for line in every if line.fund_id in mine]
        self.hidden_lines = len(every) - len(self.lines)
        if not self.lines:
            raise Http404("no line of the posting is in the person's funds")
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        try:
            correction = request_undo(
                posting=self.posting, reason=form.cleaned_data["reason"], by=request.user
            )
        except CorrectionRefused as refused:
            form.add_error("reason" if not form.cleaned_data["reason"] else None, str(refused))
            return self._show(form)
        tell(request, correction)
        return redirect("ims_corrections:inspect", correction.pk)

    def _show(self, form: ReasonForm) -> HttpResponse:
        why_not = why_not_undo(self.posting)
        if self.hidden_lines and not why_not:
            why_not = gettext("Some of its lines are in funds in which you may not move money.")
        lines = [
            (line, line.amount, None) if line.amount > 0 else (line, None, -line.amount)
            for line in self.lines
        ]
        context = self.get_context_data(
            form=form, posting=self.posting, lines=lines, why_not=why_not
        )
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_page_subtitle(self) -> str:
        return self.lines[0].receipt_number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        posting = reverse("ims_postings:inspect", args=[self.posting.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_corrections:index"), "label": gettext("Corrections")},
            {"url": posting, "label": self.posting.get_kind_display()},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

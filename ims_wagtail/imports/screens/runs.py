"""The list of imports, the page of one, its rows, and the buttons by which it goes on."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, TextChoices
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ims_wagtail.access import audit
from ims_wagtail.access.long_lists import LongIndexView
from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.reading import note_read
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.imports.deciding import CANCELLABLE, cancel, confirm, undo
from ims_wagtail.imports.enums import (
    AT_WORK,
    HolderOutcome,
    ImportKind,
    ImportState,
    OnProblems,
    RowOutcome,
)
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.models import Import, ImportRow
from ims_wagtail.imports.policy import ADD, UNDO, kept_to, may_in_every_fund
from ims_wagtail.imports.storage import private_storage
from ims_wagtail.imports.summaries import by_outcome

from .acted import acted_on
from .holders import holder_context, holder_rows, with_differences


#: So many problems, postings and rows stand on one page.
SHOWN = 100


class ImportIndexView(LongIndexView):
    """Files that came in, newest first."""

    any_permission_required = ["view"]
    keyset_by = "received_at"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        if scope_of(self.request.user, ADD):
            url = reverse("ims_imports:upload")
            words = gettext("Import a file")
            buttons = [*buttons, Button(words, url=url, icon_name="upload", priority=10)]
        return buttons


class ImportView(ScopedInspectView):
    """One file: how far it has come, what would become of it, what is wrong, what can be done."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/imports/run.html"
    holders_template_name = "ims_wagtail/imports/holder_run.html"
    page_title = gettext_lazy("Import")

    @cached_property
    def of_holders(self) -> bool:
        """Whether the file is of account holders."""
        return self.object.import_type.kind == ImportKind.ACCOUNT_HOLDERS

    def get_template_names(self) -> list[str]:
        return [self.holders_template_name if self.of_holders else self.template_name]

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            "import_type", "received_by", "confirmed_by", "undone_by", "reload_of"
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file: Import = self.object
        user = self.request.user
        step = _next_step(file)
        may = bool(step) and may_in_every_fund(user, step, file.import_type)
        kept = kept_to(user, step, file.import_type) if may else ""
        may_run = may and not kept and step == ADD
        counted = by_outcome(file)
        problems = list(file.problems.all()[:SHOWN])
        postable = (RowOutcome.POSTED, RowOutcome.SUSPENSE, RowOutcome.PROBLEM)
        previewed = file.state == ImportState.PREVIEWED
        of_kind = holder_context(file, may_run=may_run) if self.of_holders else {}
        shown: dict[str, Any] = {
            "may_confirm": previewed and may_run and any(counted[one][0] for one in postable)
        } | of_kind
        return super().get_context_data(
            file=file,
            at_work=file.state in AT_WORK,
            outcomes=[
                (RowOutcome(outcome).label, outcome, count, amount)
                for outcome, (count, amount) in counted.items()
                if count
            ],
            totals=[
                (RowOutcome(total.outcome).label, total)
                for total in file.totals.select_related("fund").order_by("outcome", "fund__code")
                if total.fund_id
            ],
            problems=problems,
            whole_is_wrong=any(problem.line == 0 for problem in problems),
            shown=SHOWN,
            postings=list(file.postings.select_related("posting").order_by("posting")[:SHOWN]),
            posting_count=file.postings.count(),
            refuse=OnProblems.REFUSE.value,
            suspense=OnProblems.SUSPENSE.value,
            to_suspense=counted[RowOutcome.PROBLEM],
            left_out=counted[RowOutcome.REJECTED],
            may_cancel=may_run,
            may_undo=may and not kept and step == UNDO,
            kept_to=kept,
            may_see_rows=_may_see_rows(user, file),
            **shown,
            **kwargs,
        )


class RowsView(WagtailAdminTemplateMixin, View):
    """The rows of a file as they were received, and what became of each."""

    model = Import
    template_name = "ims_wagtail/imports/rows.html"
    page_title = gettext_lazy("Rows as they were received")
    header_icon = "list-ul"
    outcomes: type[TextChoices] = RowOutcome

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.file = get_object_or_404(_visible(request.user), pk=pk)
        if not _may_see_rows(request.user, self.file):
            raise PermissionDenied
        rows = self.rows()
        outcome = request.GET.get("outcome", "")
        if outcome in self.outcomes.values:
            rows = rows.filter(outcome=outcome)
        after = request.GET.get("after", "0")
        after = after if after.isdecimal() and len(after) < 10 else "0"
        found = list(rows.filter(ordinal__gt=after).order_by("ordinal")[: SHOWN + 1])
        note_read(user=request.user, what=ReadWhat.PAGE, obj=self.file)
        return self.render_to_response(
            self.get_context_data(
                file=self.file,
                rows=self.told(found[:SHOWN]),
                outcome=outcome,
                choices=self.outcomes.choices,
                next_after=found[SHOWN - 1].ordinal if len(found) > SHOWN else None,
                begins=after == "0",
            )
        )

    def rows(self) -> QuerySet[Any]:
        """Return all rows of the file."""
        return ImportRow.objects.filter(of_import=self.file).select_related("fund")

    def told(self, rows: list[Any]) -> list[Any]:
        """Return the rows of one page as the template takes them."""
        acted = acted_on(rows, reader=self.request.user)
        for row in rows:
            row.acted = acted[row.pk]
        return rows

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_imports:index"), "label": gettext("Imports")},
            {
                "url": reverse("ims_imports:inspect", args=[self.file.pk]),
                "label": str(self.file),
            },
            {"url": "", "label": self.get_page_title()},
        ]


class HolderRowsView(RowsView):
    """The rows of a file of account holders, with what each changes."""

    template_name = "ims_wagtail/imports/holder_rows.html"
    page_title = gettext_lazy("Accounts of the file")
    outcomes = HolderOutcome

    def rows(self) -> QuerySet[Any]:
        return holder_rows(self.file)

    def told(self, rows: list[Any]) -> list[Any]:
        return with_differences(rows)


class DownloadView(View):
    """The file as it was received; each download is audited."""

    model = Import
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        file = get_object_or_404(_visible(request.user), pk=pk)
        if not _may_see_rows(request.user, file):
            raise PermissionDenied
        if not file.stored_as or not private_storage().exists(file.stored_as):
            messages.error(request, gettext("The file is not kept any more."))
            return redirect("ims_imports:inspect", pk)
        audit.record(user=request.user, action="download", obj=file, after={"file": file.file_name})
        # Never as what it says it is: a browser is not to show it.
        return FileResponse(
            private_storage().open(file.stored_as),
            as_attachment=True,
            filename=file.file_name,
            content_type="application/octet-stream",
        )


class _StepView(View, ABC):
    """A button of the import's page. Only by POST."""

    model = Import
    http_method_names = ["post"]
    done = gettext_lazy("Done.")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = get_object_or_404(_visible(request.user), pk=pk)
        try:
            self.step(request, file)
        except ImportRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, self.done)
        return redirect("ims_imports:inspect", pk)

    @abstractmethod
    def step(self, request: HttpRequest, file: Import) -> None:
        """Do it. Raises ``ImportRefused``."""


class PostView(_StepView):
    """Lets a checked file be posted."""

    done = gettext_lazy("The file is being posted.")

    def step(self, request: HttpRequest, file: Import) -> None:
        wanted = request.POST.get("on_problems", OnProblems.REFUSE)
        if wanted not in OnProblems.values:
            wanted = OnProblems.REFUSE
        confirm(
            import_id=file.pk,
            by=request.user,
            on_problems=wanted,
            gone_reason=request.POST.get("gone_reason", ""),
        )


class CancelView(_StepView):
    """Gives a file up of which nothing is in the book."""

    done = gettext_lazy("The import is cancelled. Nothing of it was posted.")

    def step(self, request: HttpRequest, file: Import) -> None:
        cancel(import_id=file.pk, by=request.user)


class UndoView(_StepView):
    """Lets a posted file be undone."""

    done = gettext_lazy("The import is being undone.")

    def step(self, request: HttpRequest, file: Import) -> None:
        undo(import_id=file.pk, reason=request.POST.get("reason", ""), by=request.user)


def _next_step(file: Import) -> str:
    """Return the permission that people need for what can be done with a file now, if anything."""
    if file.state in CANCELLABLE:
        return ADD
    return UNDO if file.state == ImportState.POSTED and file.import_type.reversible else ""


def _visible(user: Any) -> QuerySet[Import]:
    policy = policy_registry.get_by_type(Import)
    return policy.instances_user_has_permission_for(user, "view").select_related("import_type")


def _may_see_rows(user: Any, file: Import) -> bool:
    return may_in_every_fund(user, "ims_imports.view_importrow", file.import_type)

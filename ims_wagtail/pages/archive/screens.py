"""The screen on which pages are put away and brought back."""

from typing import Any

import swapper
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ims_wagtail.pages.feedback.screens import pages_of
from ims_wagtail.pages.mixins import PayablePageMixin

from .archiving import archive, bring_back, may_archive
from .models import ArchivedPage


swapper.set_app_prefix("wagtailcore", "wagtail")
Page = swapper.load_model("wagtailcore", "Page")


class ArchiveView(WagtailAdminTemplateMixin, TemplateView):
    """The archived pages a person may change; with ``?page=``, whether to put that one away."""

    template_name = "ims_wagtail/pages/admin/archive.html"
    page_title = gettext_lazy("Archived payment pages")
    header_icon = "folder-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may change pages, to those only."""
        self.pages = pages_of(request.user)
        if not self.pages.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put a page away, or bring it back."""
        page = self._page(request.POST.get("page", ""))
        said = {"title": page.get_admin_display_title()}
        if request.POST.get("do") == "archive":
            parent = page.get_parent()
            archive(page=page, by=request.user)
            messages.success(request, _("“%(title)s” is archived. Its payments are kept.") % said)
            return redirect("wagtailadmin_explore", parent.pk)
        bring_back(page=page, by=request.user)
        messages.success(request, _("“%(title)s” is back, unpublished.") % said)
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        asked = self.request.GET.get("page", "")
        archived = ArchivedPage.objects.filter(page_id__in=self.pages.values("pk"))
        when = dict(archived.values_list("page_id", "archived_at"))
        pages = Page.objects.filter(pk__in=when).order_by("title", "pk")
        return {
            **context,
            "asked": self._page(asked) if asked else None,
            "listed": [(page, when[page.pk]) for page in pages],
        }

    def _page(self, pk: str) -> Any:
        page = get_object_or_404(self.pages, pk=pk if pk.isdigit() else 0).specific
        if not isinstance(page, PayablePageMixin):
            raise PermissionDenied
        return page


def archive_address(page: Any, user: Any) -> str:
    """Return where somebody puts a page away; nothing where they may not."""
    if isinstance(page, PayablePageMixin) and may_archive(page=page, user=user):
        return f"{reverse('ims_archived_pages')}?page={page.pk}"
    return ""

"""The report for editors: what people say of the pages they may change."""

from typing import Any

import swapper
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from ims_wagtail.pages.mixins import PayablePageMixin

from .report import answers_by_page, newest_words, shares


swapper.set_app_prefix("wagtailcore", "wagtail")
Page = swapper.load_model("wagtailcore", "Page")


def pages_of(user: Any) -> Any:
    """Return the pages a person may change."""
    return page_permission_policy.instances_user_has_permission_for(user, "change")


class FeedbackView(WagtailAdminTemplateMixin, TemplateView):
    """All pages people said something about, or one of them: ``?page=``."""

    template_name = "ims_wagtail/pages/admin/feedback.html"
    page_title = gettext_lazy("Feedback")
    header_icon = "comment"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let in who may change pages, to those only."""
        self.pages = pages_of(request.user)
        if not self.pages.exists():
            raise PermissionDenied
        asked = request.GET.get("page", "")
        self.page = self.pages.filter(pk=asked).first() if asked.isdigit() else None
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title() if self.page else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_page_feedback"), "label": self.get_page_title()},
            *([{"url": "", "label": self.get_page_subtitle()}] if self.page else []),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.page is None:
            return {**context, "listed": self._listed()}
        said = shares(self.page.pk)
        return {
            **context,
            "page": self.page,
            "shares": said,
            "number": sum(share.number for share in said),
            "said": newest_words(self.page.pk),
            "chart_title": gettext("How easy people found it to pay"),
        }

    def _listed(self) -> list[tuple[Any, Any]]:
        answers = answers_by_page(self.pages.values_list("pk", flat=True))
        pages = Page.objects.filter(pk__in=answers).order_by("title", "pk")
        return [(page, answers[page.pk]) for page in pages]


class EditorsMenuItem(MenuItem):
    """Shown to who may change pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(page_permission_policy.user_has_any_permission(request.user, {"change"}))


def is_asking(page: Any) -> bool:
    """Say whether a page asks its payers."""
    return isinstance(page, PayablePageMixin) and page.asks_feedback

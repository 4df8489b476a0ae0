"""Wagtail's own screens of payment pages, with what editors of these need beside them."""

from typing import Any

import swapper
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.admin.viewsets.pages import PageViewSet

from .checks import Version, stops_for
from .listing import PayableIndexView, PayableUseView
from .mixins import PayablePageMixin
from .ready import in_words
from .side_panel import ReadySidePanel


swapper.set_app_prefix("wagtailcore", "wagtail")
Page = swapper.load_model("wagtailcore", "Page")


class PayableCreateView(CreateView):
    """The form of a new page."""

    def get_side_panels(self) -> MediaContainer:
        """Add what is still to be done before it can be published."""
        version = Version(self.page, parent=self.parent_page)
        return _with_ready(super().get_side_panels(), self.request, version)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Let the editor make the page by “Save draft”; from then on drafts are kept by themselves.

        Wagtail would make it in the background as well: who presses the button at that moment is
        told that the page's address is taken, by the very page.
        """
        return {**super().get_context_data(**kwargs), "autosave_enabled": False}


class PayableEditView(EditView):
    """The form of a page."""

    def get_side_panels(self) -> MediaContainer:
        """Add what is still to be done before it can be published; every draft kept renews it."""
        version = Version(self.page, parent=self.parent)
        return _with_ready(super().get_side_panels(), self.request, version)


class PayableWorkflowActionView(WorkflowActionView):
    """What people decide about a page that was put before them."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve nothing that could not be published, and say why."""
        version = Version(self.task_state.revision.as_object())
        findings = stops_for(version) if self.action_name == "approve" else []
        if not findings:
            return super().post(request, *args, **kwargs)
        for finding in findings:
            messages.error(request, in_words(finding))
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.render_modal_json(
                request, {"step": "success", "redirect": self.redirect_url}
            )
        return redirect(self.redirect_url)


class PayablePageViewSet(PageViewSet):
    """The screens of one type of payment page.

    Every type has them by itself. A site that wants more of its own makes a viewset with this as
    its base, and registers it by Wagtail's hook ``register_admin_viewset``.
    """

    add_view_class = PayableCreateView
    edit_view_class = PayableEditView
    workflow_action_view_class = PayableWorkflowActionView
    index_view_class = PayableIndexView
    content_type_use_view_class = PayableUseView

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """List every type of page that stands below, as Wagtail does."""
        return super().get_index_view_kwargs(**{"model": Page, **kwargs})


class AnyPageViewSet(PageViewSet):
    """Wagtail's own screens, for every page that has no others; its lists say what pages took.

    A site that puts a viewset of its own in its place makes the view of its lists from
    ``listing.PayableIndexView``, if it wants that said there, too.
    """

    index_view_class = PayableIndexView


def viewsets() -> list[PayablePageViewSet]:
    """Return the screens of every type of payment page there is, the site's own as well."""
    return [
        PayablePageViewSet(model=model)
        for model in apps.get_models()
        if issubclass(model, PayablePageMixin)
    ]


def _with_ready(panels: MediaContainer, request: HttpRequest, version: Version) -> MediaContainer:
    status, *others = panels
    ready = ReadySidePanel(version.page, request, version=version)
    return MediaContainer([status, ready, *others])

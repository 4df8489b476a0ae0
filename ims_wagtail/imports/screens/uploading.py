"""Bringing a file in."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.exceptions import ApprovalError
from ims_wagtail.conf import ims_settings
from ims_wagtail.imports.exceptions import AlreadyImported, ImportRefused
from ims_wagtail.imports.models import Import, ImportType
from ims_wagtail.imports.policy import ADD, EveryFundPolicy, kept_from
from ims_wagtail.imports.receiving import receive


class UploadForm(forms.Form):
    """A file, its type, and why it is loaded again if it was loaded before."""

    import_type = forms.ModelChoiceField(
        label=gettext_lazy("Import type"), queryset=ImportType.objects.none()
    )
    file = forms.FileField(label=gettext_lazy("File"), max_length=200)
    reload_reason = forms.CharField(
        label=gettext_lazy("Why it is loaded again"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Only for a file that was loaded before. Somebody else has to approve it first"
        ),
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = EveryFundPolicy(ImportType)._within(scope_of(user, ADD))
        types = types.filter(enabled=True).order_by("name")
        kept = {one.pk: one.name for one in kept_from(user, types)}
        field: Any = self.fields["import_type"]
        field.queryset = types.exclude(pk__in=kept)
        if kept:
            field.help_text = gettext("Only other groups bring these in: %(names)s") % {
                "names": ", ".join(kept.values())
            }
        self.fields["file"].help_text = gettext("At most %(most)d MB") % {
            "most": ims_settings().import_megabytes
        }


class UploadView(WagtailAdminTemplateMixin, View):
    """The form by which a file is brought in; a worker checks it then."""

    model = Import
    template_name = "ims_wagtail/imports/upload.html"
    page_title = gettext_lazy("Import a file")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        if not scope_of(request.user, ADD):
            raise PermissionDenied
        return super().dispatch(request)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(UploadForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form)
        wanted = form.cleaned_data
        try:
            file = receive(
                import_type=wanted["import_type"],
                file=wanted["file"],
                file_name=wanted["file"].name,
                by=request.user,
                reload_reason=wanted["reload_reason"],
            )
        except AlreadyImported as refused:
            self.earlier = refused.earlier
            form.add_error("file", str(refused))
        except (ImportRefused, ApprovalError) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, gettext("The file came in."))
            return redirect("ims_imports:inspect", file.pk)
        return self._show(form)

    @cached_property
    def earlier(self) -> Import | None:
        """The file of the same content that was refused just now."""
        return None

    def _show(self, form: UploadForm) -> HttpResponse:
        context = self.get_context_data(form=form, earlier=self.earlier)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_imports:index"), "label": gettext("Imports")},
            {"url": "", "label": self.get_page_title()},
        ]

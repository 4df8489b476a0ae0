"""The screens of set-up packs: download, upload, look at the differences, import."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.backoffice.models import SetupPack

from .forms import UploadForm
from .importing import PackRefused, PlanChanged, import_pack, preview
from .plan import Plan
from .tables import tables_of
from .writing import export


EXPORT = "ims_backoffice.export_setuppack"
IMPORT = "ims_backoffice.import_setuppack"
FILE_NAME = "set-up.json"


def may(user: Any, *permissions: str) -> bool:
    """Say whether the user may; a set-up spans all funds, so they must work in all of them."""
    return any(scope_of(user, permission).every for permission in permissions)


class PackScreen(WagtailAdminTemplateMixin):
    """What the screens share: who may, and where one is."""

    permissions: tuple[str, ...] = (IMPORT,)
    header_icon = "download"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, *self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class PacksView(PackScreen, FormView):
    """The page behind Income → Set-up packs."""

    permissions = (EXPORT, IMPORT)
    page_title = gettext_lazy("Set-up packs")
    template_name = "ims_wagtail/backoffice/staff/packs.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().get_context_data(**kwargs),
            "may_export": may(user, EXPORT),
            "may_import": may(user, IMPORT),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.user, IMPORT):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        with transaction.atomic():
            # What somebody looked at and did not import has served its purpose.
            mine = SetupPack.objects.filter(uploaded_by_id=self.request.user.pk)
            mine.filter(imported_at__isnull=True).delete()
            pack = SetupPack.objects.create(
                file_name=form.cleaned_data["file"].name[:255],
                sections=form.cleaned_data["rows"],
                uploaded_by_id=self.request.user.pk or 0,
            )
        return redirect("ims_packs:differences", pack.pk)


class ExportView(PackScreen, View):
    """The set-up as a file."""

    permissions = (EXPORT,)

    def get(self, request: HttpRequest) -> HttpResponse:
        content = export()
        audit.record(user=request.user, action="export", obj=SetupPack)
        return HttpResponse(
            content,
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
        )


class DifferencesView(PackScreen, TemplateView):
    """What importing an uploaded pack would change; posting does it."""

    model = SetupPack
    page_title = gettext_lazy("Differences")
    template_name = "ims_wagtail/backoffice/staff/pack_differences.html"

    @cached_property
    def pack(self) -> SetupPack:
        """The pack, which only who uploaded it may look at."""
        return get_object_or_404(SetupPack, pk=self.kwargs["pk"], uploaded_by=self.request.user)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        items.insert(-1, {"url": reverse("ims_packs:index"), "label": _("Set-up packs")})
        return items

    def get_page_subtitle(self) -> str:
        return self.pack.file_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan: Plan | None = None
        if self.pack.imported_at is None:
            plan = preview(self.pack.sections, by=self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "pack": self.pack,
            "plan": plan,
            "tables": list(tables_of(plan)) if plan else [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                plan = self._import(request)
        except PackRefused:
            messages.error(request, _("Nothing was imported. The pack has problems, listed below."))
            return redirect(request.path)
        except PlanChanged:
            messages.error(
                request,
                _(
                    "Nothing was imported: the set-up has been changed since you looked. Look at "
                    "the differences again."
                ),
            )
            return redirect(request.path)
        messages.success(
            request,
            _("Imported: %(new)s new, %(changed)s changed.")
            % {"new": len(plan.new), "changed": len(plan.changed)},
        )
        return redirect("ims_packs:index")

    def _import(self, request: HttpRequest) -> Plan:
        pack = get_object_or_404(
            SetupPack.objects.select_for_update(),
            pk=self.kwargs["pk"],
            uploaded_by=request.user,
            imported_at__isnull=True,
        )
        agreed = request.POST.get("agreed") or "nothing"
        plan = import_pack(pack.sections, by=request.user, agreed=agreed)
        pack.imported_at = timezone.now()
        pack.save(update_fields=["imported_at"])
        return plan

"""VAT codes, methods of payment and offices: small tables that belong to no fund.

These use wagtail-modeladmin, which suits code tables, through a hardened base. As it comes, its
list takes any lookup from the address (``?entered_by__password__startswith=…`` answers yes or no
about every related table), an unreadable filter is a server error, and its history page asks for
no permission. Never use it for anything that has a fund, a payer or an approval.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, modeladmin_register
from wagtail_modeladmin.views import CreateView, DeleteView, EditView, IndexView, InspectView

from ims_wagtail.access import audit, gone, usage, versions
from ims_wagtail.access.columns import method_in_colour
from ims_wagtail.access.deletion import DeletionRefused, delete_unused
from ims_wagtail.access.export import stream_csv
from ims_wagtail.access.form_rows import FormRowsPanel
from ims_wagtail.access.viewsets import REFERENCE_MENU
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import MethodOfPayment, Office, VatCode

from .vat_form import VatCodeForm


class HardenedPermissionHelper(PermissionHelper):
    """Asks about the object, and lets only people who may view or change it look at it."""

    def user_can_inspect_obj(self, user: Any, obj: Model) -> bool:
        return self.inspect_view_enabled and (
            self._may(user, "view") or self.user_can_edit_obj(user, obj)
        )

    def _may(self, user: Any, action: str) -> bool:
        return self.user_has_specific_permission(user, self.get_perm_codename(action))


class HardenedIndexView(IndexView):
    """A list that obeys only the filters it shows, taken away by the same way as all lists."""

    FORMATS = ("csv",)
    export_buttons_template_name = "ims_wagtail/backoffice/staff/csv_button.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("export")
        if asked is not None and (asked not in self.FORMATS or not self.may_export):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_export(self) -> bool:
        """Tell whether the reader may take this list away."""
        return self.permission_helper._may(self.request.user, "export")

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> HttpResponseBase:
        """Answer with the rows as they are narrowed, and note that they were taken."""
        fields = self.model_admin.inspect_view_fields
        asked = {key: value for key, value in self.request.GET.items() if key != "export"}
        audit.record(user=self.request.user, action="export", obj=self.model, after=asked)
        return stream_csv(
            filename=self.opts.verbose_name_plural.replace(" ", "-"),
            headings=[capfirst(self.opts.get_field(name).verbose_name) for name in fields],
            rows=([_stored(row, name) for name in fields] for row in queryset),
        )

    def get_filters(self, request: HttpRequest) -> tuple[Any, bool, dict[str, Any], bool]:
        try:
            specs, has_filters, _unknown, distinct = super().get_filters(request)
        except IncorrectLookupParameters as error:
            raise BadRequest(_("That filter can't be read.")) from error
        # What no filter has claimed is dropped, where modeladmin would look it up.
        return specs, has_filters, {}, distinct

    def get_queryset(self, request: HttpRequest | None = None) -> QuerySet[Any]:
        try:
            return super().get_queryset(request)
        except IncorrectLookupParameters as error:
            raise BadRequest(_("That filter can't be read.")) from error


class AuditedCreateView(CreateView):
    @transaction.atomic
    def form_valid(self, form: ModelForm) -> HttpResponse:
        response = super().form_valid(form)
        audit.record(
            user=self.request.user,
            action="create",
            obj=self.instance,
            after=_details(self.instance),
        )
        return response


class AuditedEditView(EditView):
    """Changes a row, unless somebody else has just changed it."""

    instance: Model

    def __init__(self, model_admin: ModelAdmin, instance_pk: str) -> None:
        super().__init__(model_admin, instance_pk)
        # Now: validation writes what was typed onto the object.
        self.before = _details(self.instance)

    def get_form(self) -> ModelForm:
        form = super().get_form()
        versions.add_version(form, self.before)
        usage.add_confirmation(form)
        return form

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Locked until it is saved: the row must not change between the comparison and the saving.
        self.instance = get_object_or_404(
            self.model._default_manager.select_for_update(of=("self",)), pk=self.instance.pk
        )
        self.before = _details(self.instance)
        form = self.get_form()
        valid = form.is_valid()
        if (
            versions.tell_clash(form, self.before, audit.snapshot(form.instance))
            or not valid
            or usage.ask_before_disabling(form, was_enabled=self.before["enabled"])
        ):
            return self.form_invalid(form)
        return self.form_valid(form)

    @transaction.atomic
    def form_valid(self, form: ModelForm) -> HttpResponse:
        response = super().form_valid(form)
        after = _details(self.instance)
        if after != self.before:
            audit.record(
                user=self.request.user,
                action="change",
                obj=self.instance,
                before=self.before,
                after=after,
            )
        return response


class AuditedDeleteView(DeleteView):
    """Removes a row that nothing names; otherwise says what does."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        uses = usage.usage_of(self.instance)
        return super().get_context_data(uses=usage.in_words(uses) if uses else "", **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, label, pk = self.instance, str(self.instance), self.instance.pk
        before = _details(obj)
        try:
            with transaction.atomic():
                delete_unused(obj)
                obj.pk = pk  # Django forgets it; the record needs it.
                audit.record(user=request.user, action="delete", obj=obj, before=before)
        except DeletionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _("%(kind)s “%(label)s” deleted.")
                % {"kind": capfirst(self.verbose_name), "label": label},
            )
        return redirect(self.index_url)


def _stored(row: Model, name: str) -> Any:
    """Return a value for a file: as it is stored, but yes and no for people."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


class PlainInspectView(InspectView):
    """With what uses the row; without modeladmin's buttons, too faint on their ground."""

    def get_fields_dict(self) -> list[dict[str, Any]]:
        used_by = {"label": _("Used by"), "value": usage.in_words(usage.usage_of(self.instance))}
        return [*super().get_fields_dict(), used_by]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"buttons": []} | kwargs)


def _details(obj: Model) -> dict[str, Any]:
    """Return what the audit log keeps of an object, a VAT code's rates included."""
    details = audit.snapshot(obj)
    if isinstance(obj, VatCode):
        details["rates"] = [
            f"{rate.rate} from {rate.starts}" for rate in obj.rates.order_by("starts")
        ]
    return details


class ReferenceDataAdmin(ModelAdmin):
    """A code table of the Reference data menu."""

    permission_helper_class = HardenedPermissionHelper
    index_view_class = HardenedIndexView
    create_view_class = AuditedCreateView
    edit_view_class = AuditedEditView
    delete_view_class = AuditedDeleteView
    inspect_view_class = PlainInspectView
    delete_template_name = "ims_wagtail/backoffice/staff/delete_code.html"
    inspect_view_enabled = True
    # It asks for no permission; the audit log says more.
    history_view_enabled = False
    add_to_admin_menu = False
    list_per_page = 50
    ordering = ("code",)
    list_export = ("code",)
    base_url: str
    fields: tuple[str, ...] = ()

    def __init__(self, parent: Any = None) -> None:
        self.base_url_path = f"income/{self.base_url}"
        super().__init__(parent)

    def get_menu_label(self) -> str:
        """Return the model's own plural; modeladmin would write “Vat Codes”."""
        return capfirst(self.opts.verbose_name_plural)

    def get_edit_handler(self) -> ObjectList:
        return ObjectList([FieldPanel(name) for name in self.fields])

    def edit_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        """Change a row; say so when somebody deleted it while it was being changed."""
        may = self.permission_helper._may(request.user, "change")
        entry = (
            gone.deletion_of(self.model, instance_pk) if request.method == "POST" and may else None
        )
        if entry is None:
            return super().edit_view(request, instance_pk)
        form_class = self.get_edit_handler().bind_to_model(self.model).get_form_class()
        form = form_class(request.POST, for_user=request.user)
        return gone.tell(request, entry=entry, form=form)

    def in_use(self, obj: Any) -> str:
        """Return whether the row is enabled, in words; modeladmin would show Django's pictures."""
        return _("yes") if obj.enabled else _("no")

    in_use.short_description = gettext_lazy("Enabled")  # type: ignore[attr-defined]

    def register_indexing(self) -> None:
        """Leave the reference index alone: foreign keys say what uses a code."""


class VatCodeAdmin(ReferenceDataAdmin):
    model = VatCode
    base_url = "vat-codes"
    menu_icon = "tag"
    list_display = ("code", "name", "rate_today", "in_use")
    inspect_view_fields = ["code", "name", "enabled"]
    fields = ("code", "name", "enabled")

    def get_queryset(self, request: HttpRequest) -> QuerySet[VatCode]:
        return super().get_queryset(request).prefetch_related("rates")

    def rate_today(self, vat_code: VatCode) -> str:
        """Return the rate in force today, as a percentage."""
        today = accounting_date()
        begun = [rate for rate in vat_code.rates.all() if rate.starts <= today]
        if not begun:
            return _("none")
        return f"{max(begun, key=lambda rate: rate.starts).rate * 100:.2f} %"

    rate_today.short_description = gettext_lazy("Rate today")  # type: ignore[attr-defined]

    def get_edit_handler(self) -> ObjectList:
        return ObjectList(
            [
                *(FieldPanel(name) for name in self.fields),
                FormRowsPanel(
                    "rates",
                    heading=_("Rates"),
                    help_text=_(
                        "A rate holds from its day until the next one. Write it as a fraction: "
                        "0.2 is 20 %."
                    ),
                ),
            ],
            base_form_class=VatCodeForm,
        )


class MethodOfPaymentAdmin(ReferenceDataAdmin):
    model = MethodOfPayment
    base_url = "methods-of-payment"
    menu_icon = "receipt"
    list_display = ("code", "name_in_colour", "kind_in_words", "can_be_refunded", "in_use")
    list_filter = ("kind", "enabled")
    inspect_view_fields = [
        "code",
        "name",
        "name_cy",
        "kind",
        "is_default",
        "minimum_amount",
        "maximum_amount",
        "refundable",
        "background_colour",
        "text_colour",
        "clearing_code",
        "enabled",
    ]
    fields = tuple(inspect_view_fields)

    def name_in_colour(self, method: MethodOfPayment) -> str:
        """Return the name as the list of transactions shows it."""
        return method_in_colour(method)

    name_in_colour.short_description = gettext_lazy("Name")  # type: ignore[attr-defined]
    name_in_colour.admin_order_field = "name"  # type: ignore[attr-defined]

    def kind_in_words(self, method: MethodOfPayment) -> str:
        """Return the kind, and whether this is the method used for it unless told otherwise."""
        kind = method.get_kind_display()
        return _("%(kind)s (default)") % {"kind": kind} if method.is_default else kind

    kind_in_words.short_description = gettext_lazy("Kind")  # type: ignore[attr-defined]

    def can_be_refunded(self, method: MethodOfPayment) -> str:
        """Return whether its payments can be refunded, in words."""
        return _("yes") if method.refundable else _("no")

    can_be_refunded.short_description = gettext_lazy("Can be refunded")  # type: ignore[attr-defined]


class OfficeAdmin(ReferenceDataAdmin):
    model = Office
    base_url = "offices"
    menu_icon = "home"
    list_display = ("code", "name", "in_use")
    inspect_view_fields = ["code", "name", "enabled"]
    fields = tuple(inspect_view_fields)


def register_reference_data() -> None:
    """Register the code tables and their items of the Reference data menu."""
    for order, admin_class in enumerate((VatCodeAdmin, MethodOfPaymentAdmin, OfficeAdmin), 1):
        modeladmin_register(admin_class)
        hooks.register(REFERENCE_MENU, _menu_item_of(admin_class, order * 10))


def _menu_item_of(admin_class: type[ReferenceDataAdmin], order: int) -> Callable[[], Any]:
    return lambda: admin_class().get_menu_item(order=order)

"""Wagtail's generic views, made to keep to the reader's funds and to write down what changed.

Wagtail 8's own list, export, edit, inspect and delete views ask only whether a person may do
something to *some* row (wagtail/wagtail#13314). Each class here closes that for one view.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Model, QuerySet, Sum
from django.forms import ModelChoiceField, model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ims_wagtail.funds.models import Fund
from ims_wagtail.money import ZERO, format_pounds

from . import audit, gone, usage, versions
from .copying import copy_csv
from .deletion import DeletionRefused, delete_unused
from .export import stream_csv
from .list_files import exportable, headings_of, rows_of
from .models import AuditEntry, ReadWhat
from .policy import FundScopedPolicy, funds_for
from .reading import note_read


#: What one exported column is called, and where its value is found: ``amount``, ``fund__code``.
ExportColumn = tuple[Any, str]


class ScopedIndexView(generic.IndexView):
    """A list of the rows in the reader's funds, with totals of what is shown and an export."""

    select_related: Sequence[str] = ()
    #: What in the address looks for people; that somebody did is written down.
    searches_people: Sequence[str] = ()
    copy_without: Sequence[str] | None = None
    #: What the database writes into the file itself, for long lists; else the columns shown.
    export_columns: Sequence[ExportColumn] = ()
    export_permission = "export"
    #: Amounts added up above the list, and what the sums are called.
    summed: Mapping[str, Any] = {}
    #: What would stand on a list that is empty, and how it would come there.
    empty_says: Any = ""
    results_template_name = "ims_wagtail/access/staff/list_results.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = "export" in request.GET

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        return rows.select_related(*self.select_related) if self.select_related else rows

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ordered = super().order_queryset(queryset)
        # Rows that share a moment or an amount keep one order from page to page.
        return ordered.order_by(*ordered.query.order_by, "-pk")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def get_paginator(self, rows: QuerySet[Any], *args: Any, **kwargs: Any) -> Paginator:
        paginator = super().get_paginator(rows, *args, **kwargs)
        self.totals: list[tuple[Any, str]] = []
        if self.summed:
            # One pass over all that matches, for the page count and the totals.
            found = rows.order_by().aggregate(
                rows=Count("pk"), **{f"sum_of_{name}": Sum(name) for name in self.summed}
            )
            paginator.count = found["rows"]
            self.totals = [(capfirst(self.verbose_name_plural), f"{found['rows']:,}")] + [
                (label, format_pounds(found[f"sum_of_{name}"] or ZERO))
                for name, label in self.summed.items()
            ]
        return paginator

    @cached_property
    def no_results_message(self) -> str:
        if self.empty_says and not (self.is_searching or self.is_filtering):
            return str(self.empty_says)
        return str(super().no_results_message)

    @cached_property
    def filter_errors(self) -> list[str]:
        if not self.filters or self.filters.is_valid():
            return []
        form = self.filters.form
        return [
            f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
            for name, errors in form.errors.items()
            for error in errors
        ]

    def get_edit_url(self, instance: Model) -> str | None:
        url = super().get_edit_url(instance)
        return url if url and self.user_has_permission_for_instance("change", instance) else None

    def get_copy_url(self, instance: Model) -> str | None:
        may = self.copy_without is not None and self.add_url
        return f"{self.add_url}?copy={instance.pk}" if may else None

    def get_delete_url(self, instance: Model) -> str | None:
        url = super().get_delete_url(instance)
        return url if url and self.user_has_permission_for_instance("delete", instance) else None

    @cached_property
    def show_export_buttons(self) -> bool:
        return bool(self.user_has_permission(self.export_permission))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        # Past Wagtail's own two buttons: XLSX files are made whole in memory.
        buttons = []
        if self.show_export_buttons:
            buttons.append(
                Button(
                    _("Download CSV"),
                    url=self.get_export_url("csv"),
                    icon_name="download",
                    priority=100,
                )
            )
        return buttons

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if any(request.GET.get(name) for name in self.searches_people):
            note_read(user=request.user, what=ReadWhat.SEARCH, obj=self.model)
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        if not self.show_export_buttons or request.GET["export"] != "csv":
            raise PermissionDenied
        rows = self.get_queryset()
        # Seeing a row is not leave to take it away: an export has its own permission, by fund.
        if isinstance(self.permission_policy, FundScopedPolicy):
            rows = self.permission_policy.narrow(rows, request.user, [self.export_permission])
        asked = {key: value for key, value in request.GET.items() if value and key != "export"}
        audit.record(user=request.user, action="export", obj=self.model, after=asked)
        filename = self.model._meta.verbose_name_plural.replace(" ", "-")
        if self.export_columns:
            columns = [(str(heading), name) for heading, name in self.export_columns]
            return copy_csv(filename=filename, columns=columns, rows=rows)
        shown = exportable(self.columns)
        return stream_csv(
            filename=filename,
            headings=headings_of(shown),
            rows=rows_of(shown, rows, request),
        )

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["totals"] = self.totals
        context["filter_errors"] = self.filter_errors
        return context


class ScopedFormMixin:
    """A form whose choices name nothing outside the person's funds."""

    def details(self, obj: Model) -> dict[str, Any]:
        """Return what is compared and audited: the row, and what its form saves with it."""
        return audit.snapshot(obj)

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form = super().get_form(form_class)  # type: ignore[misc]
        for field in form.fields.values():
            if isinstance(field, ModelChoiceField) and field.queryset is not None:
                field.queryset = self._in_scope(field.queryset)
        return form

    def _in_scope(self, choices: QuerySet[Any]) -> QuerySet[Any]:
        policy = policy_registry.get_by_type(choices.model, fallback=False)
        if not isinstance(policy, FundScopedPolicy):
            return choices
        user = self.request.user  # type: ignore[attr-defined]
        if choices.model is Fund:
            # The funds in which this very action is allowed, so that nothing moves out of sight.
            own = self.permission_policy  # type: ignore[attr-defined]
            permission = own._get_permission_name(self.permission_required)  # type: ignore[attr-defined]
            return choices.filter(pk__in=funds_for(user, permission).values("pk"))
        seen = policy.instances_user_has_any_permission_for(user, ["view", "change"])
        return choices.filter(pk__in=seen.values("pk"))


class ScopedCreateView(ScopedFormMixin, generic.CreateView):
    """Adds a row in one of the person's funds, if they like as a copy of another (``?copy=``)."""

    #: What a copy leaves empty because no two rows may share it; without it rows aren't copied.
    copy_without: Sequence[str] | None = None

    @cached_property
    def copied(self) -> Model | None:
        """The row that is copied, among those the person may look at."""
        key = self.request.GET.get("copy", "")
        if self.copy_without is None or not key:
            return None
        rows = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, ["view", "change"]
        )
        if not key.isdecimal():
            raise Http404
        return get_object_or_404(rows, pk=key)

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        if self.copied is None or self.copy_without is None:
            return initial
        # The row itself as well, for forms that copy what belongs to it.
        copied = model_to_dict(self.copied, exclude=["id", *self.copy_without])
        return copied | {"copied": self.copied} | initial

    def save_instance(self) -> Model:
        saved = self.form.save()
        audit.record(
            user=self.request.user,
            action="create",
            obj=saved,
            fund=fund_id_of(saved),
            after=self.details(saved),
        )
        return saved


class ScopedEditView(ScopedFormMixin, generic.EditView):
    """Changes a row in one of the person's funds, unless somebody else has just changed it."""

    object: Any

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.permission_policy.instances_user_has_permission_for(
            self.request.user, self.permission_required
        )
        # Locked until it is saved: the row must not change between the comparison and the saving.
        return rows.select_for_update(of=("self",)) if self.request.method == "POST" else rows

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Model:
        found = super().get_object(queryset)
        # Now: validation writes what was typed onto the object.
        self.before = self.details(found)
        return found

    def get_form(self, form_class: type[forms.ModelForm] | None = None) -> forms.ModelForm:
        form = super().get_form(form_class)
        versions.add_version(form, self.before)
        usage.add_confirmation(form)
        return form

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.object = self.get_object()
        except Http404:
            entry = gone.deletion_of(self.model, self.object_pk)
            if entry is None or not self._may_know_of(entry):
                raise
            self.object = self.model()
            return gone.tell(request, entry=entry, form=super().get_form())
        return super().post(request, *args, **kwargs)

    def _may_know_of(self, entry: AuditEntry) -> bool:
        """Say whether a deleted row was one this person might have changed."""
        if not isinstance(self.permission_policy, FundScopedPolicy):
            return True
        scope = self.permission_policy.scope(self.request.user, [self.permission_required])
        return scope.every or entry.fund_id in scope.fund_ids

    def is_valid(self, form: forms.ModelForm) -> bool:
        valid = super().is_valid(form)
        if versions.tell_clash(form, self.before, audit.snapshot(form.instance)):
            self.produced_error_code = "changed_meanwhile"
        elif not valid:
            return False
        elif usage.ask_before_disabling(form, was_enabled=bool(self.before.get("enabled"))):
            self.produced_error_code = "in_use"
        else:
            return True
        self.produced_error_message = self.get_error_message()
        return False

    def save_instance(self) -> Model:
        saved = self.form.save()
        after = self.details(saved)
        if after != self.before:
            audit.record(
                user=self.request.user,
                action="change",
                obj=saved,
                fund=fund_id_of(saved),
                before=self.before,
                after=after,
            )
        return saved


class ScopedDeleteView(generic.DeleteView):
    """Removes a row in one of the person's funds, when nothing names it; otherwise says what."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        uses = usage.usage_of(self.object)
        context["uses"] = usage.in_words(uses) if uses else ""
        context["is_protected"] = bool(uses)
        return context

    def get_queryset(self) -> QuerySet[Any]:
        return self.permission_policy.instances_user_has_permission_for(
            self.request.user, self.permission_required
        )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        obj, label = self.object, str(self.object)
        before, pk, fund_id = audit.snapshot(obj), obj.pk, fund_id_of(obj)
        try:
            with transaction.atomic():
                delete_unused(obj)
                obj.pk = pk  # Django forgets it; the record needs it.
                audit.record(
                    user=self.request.user, action="delete", obj=obj, fund=fund_id, before=before
                )
        except DeletionRefused as refused:
            messages.error(self.request, str(refused))
            return redirect(self.index_url_name)
        messages.success(
            self.request,
            _("%(kind)s “%(label)s” deleted.")
            % {"kind": capfirst(obj._meta.verbose_name), "label": label},
        )
        return redirect(self.get_success_url())


class ScopedInspectView(generic.InspectView):
    """Shows a row in one of the reader's funds."""

    any_permission_required = ["view", "change"]
    #: Whether the page shows somebody's personal data; that it was looked at is written down.
    shows_person = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, *args, **kwargs)
        if self.shows_person:
            fund = fund_id_of(self.object)
            note_read(user=request.user, what=ReadWhat.PAGE, obj=self.object, fund=fund)
        return response

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Model:
        rows = self.permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        return get_object_or_404(self.related(rows), pk=unquote(str(self.pk)))

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with what this page shows about them."""
        return rows

    def get_edit_url(self) -> str | None:
        url = super().get_edit_url()
        may = url and self.user_has_permission_for_instance("change", self.object)
        return url if may else None

    def get_delete_url(self) -> str | None:
        url = super().get_delete_url()
        may = url and self.user_has_permission_for_instance("delete", self.object)
        return url if may else None


def fund_id_of(obj: Model) -> int | None:
    """Return the fund an object belongs to, for the audit log: its own id when it is a fund."""
    return obj.pk if isinstance(obj, Fund) else getattr(obj, "fund_id", None)

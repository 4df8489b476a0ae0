"""Somebody deletes a row while another person edits it: that person is told, and keeps the words.

Without this the form would come back as "not found", and what was typed would be lost.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import AuditEntry


#: Parts of names in forms that no person typed anything for.
_MACHINERY = {"TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS", "id", "DELETE"}


def deletion_of(model: type[Model], pk: str) -> AuditEntry | None:
    """Return what the audit log says about the deletion of a row; None for one that is there."""
    if not pk.isdecimal() or model._default_manager.filter(pk=pk).exists():
        return None
    return (
        AuditEntry.objects.filter(object_type=model._meta.label, object_id=pk, action="delete")
        .order_by("-at")
        .first()
    )


def tell(request: HttpRequest, *, entry: AuditEntry, form: forms.ModelForm) -> HttpResponse:
    """Answer with who deleted the row and when, and with everything the person had typed."""
    kind = form._meta.model._meta.verbose_name
    at = localtime(entry.at)
    told = _(
        "%(who)s deleted this %(kind)s on %(day)s at %(time)s, while you were editing it, so "
        "nothing was saved. What you typed stands here: copy what you still need."
    ) % {
        "who": entry.user_name or _("Somebody"),
        "kind": kind,
        "day": f"{at.day} {at:%B}",
        "time": f"{at:%H:%M}",
    }
    context = {
        "page_title": _("This %(kind)s has been deleted") % {"kind": kind},
        "header_title": _("This %(kind)s has been deleted") % {"kind": kind},
        "told": told,
        "typed": list(_typed(form, request.POST)),
    }
    return render(request, "ims_wagtail/access/staff/deleted_meanwhile.html", context, status=410)


def _typed(form: forms.ModelForm, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the label of each field and what was typed, also in parts such as rows of dates."""
    form.is_valid()
    for field in form.visible_fields():
        value = field.value()
        if value not in (None, "", []):
            yield str(capfirst(field.label)), _in_words(form, field, value)
    known = {form.add_prefix(name) for name in form.fields}
    for name, value in data.items():
        *parts, last = name.split("-")
        if parts and value and name not in known and last not in _MACHINERY:
            yield capfirst(last.replace("_", " ")), value


def _in_words(form: forms.ModelForm, field: forms.BoundField, value: Any) -> str:
    chosen = form.cleaned_data.get(field.name, value)
    if isinstance(chosen, bool):
        return _("yes") if chosen else _("no")
    if isinstance(field.field, forms.ModelMultipleChoiceField) and field.name in form.cleaned_data:
        return ", ".join(map(str, chosen))
    if isinstance(field.field, forms.ModelChoiceField):
        return str(chosen)
    choices = dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, value))

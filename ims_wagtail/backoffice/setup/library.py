"""Adding rules from the library, so that nobody has to type what other councils use already."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from ims_wagtail.access import audit
from ims_wagtail.funds import rule_library
from ims_wagtail.funds.models import CheckDigit, ReferenceRule

from .rule_screens import RuleScreen


class LibraryForm(forms.Form):
    """The rules that are wanted; offers those that aren't here yet."""

    names = forms.MultipleChoiceField(
        label=gettext_lazy("Rules to add"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The check digit a rule needs is added with it"),
        error_messages={"required": gettext_lazy("Tick the rules to add")},
    )

    def __init__(self, data: Any = None, *, here: set[str]) -> None:
        super().__init__(data)
        choices = [(name, _described(name)) for name in rule_library.names()]
        field: Any = self.fields["names"]
        # What somebody else has added meanwhile is no mistake of who ticked it.
        field.choices = choices
        field.widget.choices = [choice for choice in choices if choice[0] not in here]


def _described(name: str) -> str:
    rule = rule_library.rule(name)
    return f"{name}: {rule.mask or rule.pattern}"


class LibraryView(RuleScreen):
    """Shows the rules of the library; posting adds those that are ticked."""

    permission = "ims_funds.add_referencerule"
    template_name = "ims_wagtail/backoffice/staff/rule_library.html"
    page_title = gettext_lazy("Add from the library")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(LibraryForm(here=_here()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LibraryForm(request.POST, here=_here())
        if not form.is_valid():
            return self._show(form)
        try:
            added = add_audited(form.cleaned_data["names"], by=request.user)
        except IntegrityError:
            messages.error(
                request,
                _("Somebody else added one of these at the same moment. Tick what is left."),
            )
            return redirect("ims_reference_rules:library")
        if added:
            messages.success(
                request,
                ngettext("%(n)d rule added.", "%(n)d rules added.", len(added)) % {"n": len(added)},
            )
        else:
            messages.info(request, _("Nothing was added: these rules are here already."))
        return redirect("ims_reference_rules:index")

    def _show(self, form: LibraryForm) -> HttpResponse:
        here = _here()
        names = rule_library.names()
        return self.render_to_response(
            self.get_context_data(
                form=form,
                here=[name for name in names if name in here],
                any_left=any(name not in here for name in names),
            )
        )


def _here() -> set[str]:
    """The names of library rules that the council has, whatever they say by now."""
    found = ReferenceRule.objects.filter(name__in=rule_library.names())
    return set(found.values_list("name", flat=True))


@transaction.atomic
def add_audited(names: Iterable[str], *, by: Any) -> list[ReferenceRule]:
    """Add rules of the library with their check digits, and write down who did."""
    known = set(CheckDigit.objects.values_list("pk", flat=True))
    added = rule_library.add(names)
    for rule in added:
        needed = rule.check_digit
        if needed and needed.pk not in known:
            known.add(needed.pk)
            audit.record(user=by, action="create", obj=needed, after=audit.snapshot(needed))
        audit.record(user=by, action="create", obj=rule, after=audit.snapshot(rule))
    return added

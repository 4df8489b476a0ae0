"""Trying references against a rule step by step: on its page, and in its form while unsaved."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from ims_wagtail.access.views import ScopedCreateView, ScopedEditView
from ims_wagtail.funds.examples import make_examples
from ims_wagtail.funds.explaining import Explanation, explain
from ims_wagtail.funds.models import ReferenceRule
from ims_wagtail.funds.references import LONGEST_TEXT

from .base import SetupInspectView


#: The button of a rule's form that tries a reference and saves nothing.
TRY_BUTTON = "try"
#: Keeps what is tried apart from the fields of the rule in the same form.
_PREFIX = "try"


class TryReferenceForm(forms.Form):
    """A reference as a resident might type it."""

    reference = forms.CharField(
        label=_("Reference"), max_length=LONGEST_TEXT, strip=False, required=False
    )


class TryInFormForm(TryReferenceForm):
    """The same within the form of a rule, where nothing is submitted by itself."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix=_PREFIX)
        self.fields["reference"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


class UnsavedRuleForm(forms.ModelForm):
    """A rule as its form holds it, whatever its name, which may be missing yet."""

    class Meta:
        model = ReferenceRule
        fields = (
            "minimum_length",
            "maximum_length",
            "character_type",
            "pattern",
            "mask",
            "check_digit",
            "ignore_spaces",
            "ignore_hyphens",
            "example",
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a reference against a rule that nobody has saved."""

    #: What is wrong with the form, as pairs of a field's label and words.
    problems: tuple[tuple[str, str], ...]
    #: None when what is wrong leaves no rule to try.
    explanation: Explanation | None


def try_unsaved(data: Any) -> Tried:
    """Say what the rule in a form makes of the reference in the same form; nothing is saved.

    The rule is checked as it is for saving, so that no pattern is run that could run away.
    """
    typed, rule = TryInFormForm(data), UnsavedRuleForm(data)
    problems = tuple(
        (str(capfirst(form[name].label)) if name in form.fields else "", str(error))
        for form in (rule, typed)
        for name, errors in form.errors.items()
        for error in errors
    )
    # An example that breaks the rule is a reason to try others, not to try none.
    if typed.errors or set(rule.errors) - {"example"}:
        return Tried(problems, None)
    return Tried(problems, explain(rule.instance, typed.cleaned_data["reference"]))


class TryUnsavedView(View):
    """Answers the script of a rule's form with the part of the page that explains."""

    model = ReferenceRule
    http_method_names = ["post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        writes = ("ims_funds.add_referencerule", "ims_funds.change_referencerule")
        if not any(request.user.has_perm(permission) for permission in writes):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "ims_wagtail/backoffice/staff/tried.html",
            {"tried": try_unsaved(request.POST)},
        )


class WithTrying:
    """A form of a rule with a box to try a reference in. Its button saves nothing."""

    request: HttpRequest
    is_tried: bool = False
    # Trying goes wrong without a message above the page: the box says it.
    produced_error_message: str | None = None

    def is_valid(self, form: forms.ModelForm) -> bool:
        if TRY_BUTTON not in self.request.POST:
            return super().is_valid(form)  # type: ignore[misc]
        self.is_tried = True
        # Whoever is still trying need not have thought of a name.
        form.errors.pop("name", None)
        return False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context["try_form"] = TryInFormForm(self.request.POST or None)
        if self.is_tried:
            context["tried"] = try_unsaved(self.request.POST)
        return context


class ReferenceRuleCreateView(WithTrying, ScopedCreateView):
    """Adds a rule, which can be tried first."""

    template_name = "ims_wagtail/backoffice/staff/reference_rule_form.html"


class ReferenceRuleEditView(WithTrying, ScopedEditView):
    """Changes a rule; what is typed can be tried before it is saved."""

    template_name = "ims_wagtail/backoffice/staff/reference_rule_form.html"


class ReferenceRuleInspectView(SetupInspectView):
    """Shows a rule, references made up for it, and what it makes of the one in the address."""

    template_name = "ims_wagtail/backoffice/staff/reference_rule.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        typed = self.request.GET if "reference" in self.request.GET else None
        form = TryReferenceForm(typed)
        context["try_form"] = form
        context["examples"] = make_examples(self.object)
        if form.is_valid():
            context["explanation"] = explain(self.object, form.cleaned_data["reference"])
        return context

"""A rule's page, on which references are tried against it, step by step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.examples import make_examples
from ims_wagtail.funds.explaining import explain
from ims_wagtail.funds.references import LONGEST_TEXT

from .base import SetupInspectView


class TryReferenceForm(forms.Form):
    """A reference as a resident might type it."""

    reference = forms.CharField(
        label=_("Reference"), max_length=LONGEST_TEXT, strip=False, required=False
    )


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

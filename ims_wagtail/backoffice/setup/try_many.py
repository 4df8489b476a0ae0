"""Testing a whole list of references against one rule. The list is not kept."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ims_wagtail.access.export import stream_csv
from ims_wagtail.funds.models import ReferenceRule
from ims_wagtail.funds.references import compile_rule

from .reference_lists import (
    ListUnreadable,
    failures_in,
    lines_of_file,
    lines_of_text,
    references_in,
    tally,
)
from .rule_screens import RuleScreen


MAXIMUM_BYTES = 40 * 1024 * 1024

REASONS = {
    "blank": gettext_lazy("No reference"),
    "length": gettext_lazy("Wrong length"),
    "characters": gettext_lazy("Characters the rule does not allow"),
    "pattern": gettext_lazy("Does not fit the pattern"),
    "mask": gettext_lazy("Does not fit the mask"),
    "check_digit": gettext_lazy("Wrong check character"),
}
_UNREADABLE = {
    "encoding": gettext_lazy(
        "This is not text in UTF-8. Save the spreadsheet as “CSV UTF-8” and choose that file"
    ),
    "quotes": gettext_lazy("Line %(line)d has an opening quotation mark but no closing one"),
    "empty": gettext_lazy("There is no reference in it. Put one on each line, in the first column"),
    "many": gettext_lazy("There are more than 1,000,000 references. Test them in several parts"),
}
_PASTED_TOO_MUCH = gettext_lazy(
    "That is too much to paste. Save it as a text or CSV file and choose the file instead"
)


class ManyForm(forms.Form):
    """Pasted references or a file of them."""

    pasted = forms.CharField(
        label=gettext_lazy("Paste references"),
        help_text=gettext_lazy("One on each line. For more than 2 MB choose a file instead"),
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        strip=False,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"),
        help_text=gettext_lazy(
            "Text or CSV in UTF-8, one reference on each line, in the first column. At most "
            "1,000,000 references and 40 MB"
        ),
        widget=forms.FileInput({"accept": ".txt,.csv,text/plain,text/csv"}),
        error_messages={
            "empty": gettext_lazy("The file is empty. Choose one with a reference on each line")
        },
        required=False,
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > MAXIMUM_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 40 MB. Split it, or leave out the other columns")
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        pasted = cleaned["pasted"].strip()
        if pasted and cleaned["file"]:
            self.add_error("file", _("Paste references or choose a file, not both"))
        elif not pasted and not cleaned["file"]:
            self.add_error("pasted", _("Paste references, or choose a file of them"))
        return cleaned

    @property
    def source(self) -> str:
        """The field in which the list came."""
        return "file" if self.cleaned_data["file"] else "pasted"

    def references(self) -> Iterator[tuple[int, str]]:
        """Yield the references with their lines; each call begins again at the first."""
        file = self.cleaned_data["file"]
        text = self.cleaned_data["pasted"]
        return references_in(lines_of_file(file.file) if file else lines_of_text(text))


class TryManyView(RuleScreen):
    """Counts what holds in a list, shows the first failures and offers all of them as a file."""

    permission = "ims_funds.view_referencerule"
    template_name = "ims_wagtail/backoffice/staff/try_many.html"
    page_title = gettext_lazy("Test many references")

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        # What is too much to paste shows when the form's token is looked for. To answer that with
        # words, not with a bare "Bad request", the token is looked for in `_checked` instead.
        return csrf_exempt(super().as_view(**initkwargs))

    @cached_property
    def rule(self) -> ReferenceRule:
        return get_object_or_404(
            ReferenceRule.objects.select_related("check_digit"), pk=self.kwargs["pk"]
        )

    def get_page_subtitle(self) -> str:
        return self.rule.name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._show(ManyForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.POST  # noqa: B018 (reading it is what finds out)
        except RequestDataTooBig:
            form = ManyForm({})
            form.errors.clear()
            form.add_error("pasted", str(_PASTED_TOO_MUCH))
            return self._show(form)
        return self._checked(request)

    @method_decorator(csrf_protect)
    def _checked(self, request: HttpRequest) -> HttpResponseBase:
        form = ManyForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form)
        check = compile_rule(self.rule)
        try:
            result = tally(form.references(), check)
        except ListUnreadable as unreadable:
            form.add_error(form.source, str(_UNREADABLE[unreadable.code]) % vars(unreadable))
            return self._show(form)
        # In the reader's language now: the file is written after the page's language is gone.
        reasons = {code: str(reason) for code, reason in REASONS.items()}
        if "download" in request.POST:
            return stream_csv(
                filename="failures",
                headings=[_("Line"), _("Reference"), _("Reason")],
                rows=(
                    (failure.line, failure.reference, reasons[failure.code])
                    for failure in failures_in(form.references(), check)
                ),
            )
        return self._show(
            form,
            tested=f"{result.tested:,}",
            good=f"{result.good:,}",
            failed=f"{result.failed:,}",
            reasons=[(reasons[code], f"{n:,}") for code, n in result.by_code.most_common()],
            failures=[(f.line, f.reference, reasons[f.code]) for f in result.first],
        )

    def _show(self, form: ManyForm, **context: Any) -> HttpResponseBase:
        return self.render_to_response(self.get_context_data(form=form, **context))

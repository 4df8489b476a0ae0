"""Uploading a file of journals: looked at first, taken in when confirmed, approved as a whole."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.spreadsheets import SpreadsheetUnreadable
from ims_wagtail.corrections.checking import REASON_LENGTH, check_reason
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.exceptions import CorrectionRefused
from ims_wagtail.corrections.kinds import permission_to_ask
from ims_wagtail.corrections.models import JournalUpload

from .checking import KIND, CheckedFile, check_file
from .exceptions import AlreadyTakenIn, LinesRefused
from .reading import HEADINGS, JournalLine, read_journals
from .taking_in import take_in


#: How long a preview may be looked at before it is confirmed.
_SECONDS = 24 * 60 * 60
#: How many lines, and how many faults, a preview shows one by one.
_SHOWN = 200


class UploadForm(forms.Form):
    """The file, and why."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX with a line for each journal, 10,000 at most. Its first row holds the "
            "headings: transaction reference, amount, to fund, to account, vat, narrative"
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy(
            "It stands on the accounts where a line has no narrative of its own; no personal data"
        ),
    )


class UploadView(WagtailAdminTemplateMixin, View):
    """Shows what a file would move. Nothing is kept of it until that is confirmed."""

    model = JournalUpload
    template_name = "ims_wagtail/corrections/upload.html"
    page_title = gettext_lazy("Journals from a file")
    header_icon = "resubmit"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not scope_of(request.user, permission_to_ask(KIND)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest) -> HttpResponse:
        return _template() if "template" in request.GET else self._show(UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if "confirmed" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form)
        file, reason = form.cleaned_data["file"], form.cleaned_data["reason"]
        try:
            reason = check_reason(reason)
            lines = read_journals(file.read())
            checked = check_file(lines, by=request.user)
        except SpreadsheetUnreadable as unreadable:
            form.add_error("file", str(unreadable))
        except CorrectionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return self._preview(checked, file_name=file.name, reason=reason)
        return self._show(form)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        try:
            packed = signing.loads(
                request.POST["confirmed"], salt=_salt(request.user.pk), max_age=_SECONDS
            )
        except signing.BadSignature:
            messages.error(request, gettext("That preview is too old. Upload the file again."))
            return redirect("ims_journal_uploads:upload")
        lines, file_name, reason = _unpack(packed["lines"]), packed["file"], packed["reason"]
        try:
            upload = take_in(lines=lines, file_name=file_name, reason=reason, by=request.user)
        except AlreadyTakenIn as taken:
            messages.warning(
                request,
                gettext("These journals were taken in before, as %(number)s. Nothing was done.")
                % {"number": taken.upload.reference},
            )
            return redirect("ims_journal_uploads:inspect", taken.upload.pk)
        except LinesRefused as refused:
            messages.warning(
                request,
                gettext("Something has changed since you looked. Nothing was done: look again."),
            )
            return self._preview(refused.checked, file_name=file_name, reason=reason)
        except CorrectionRefused as refused:
            messages.error(request, str(refused))
            return redirect("ims_journal_uploads:upload")
        _tell(request, upload)
        return redirect("ims_journal_uploads:inspect", upload.pk)

    def _preview(self, checked: CheckedFile, *, file_name: str, reason: str) -> HttpResponse:
        confirmed = ""
        if not checked.faults:
            lines = _pack([line.line for line in checked.lines])
            packed = {"lines": lines, "file": file_name, "reason": reason}
            confirmed = signing.dumps(packed, salt=_salt(self.request.user.pk), compress=True)
        return self._show(
            UploadForm(initial={"reason": reason}),
            checked=checked,
            faults=checked.faults[:_SHOWN],
            more_faults=max(len(checked.faults) - _SHOWN, 0),
            lines=checked.lines[:_SHOWN],
            more_lines=max(len(checked.lines) - _SHOWN, 0),
            reason=reason,
            confirmed=confirmed,
            status=422 if checked.faults else 200,
        )

    def _show(self, form: UploadForm, status: int = 0, **context: Any) -> HttpResponse:
        status = status or (422 if form.errors else 200)
        return self.render_to_response(self.get_context_data(form=form, **context), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_corrections:index"), "label": gettext("Corrections")},
            {"url": reverse("ims_journal_uploads:index"), "label": gettext("Files of journals")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]


def _tell(request: HttpRequest, upload: JournalUpload) -> None:
    words = {"number": upload.reference, "n": upload.lines}
    if upload.state == CorrectionState.POSTED:
        text = ngettext(
            "%(number)s is posted: %(n)d journal.",
            "%(number)s is posted: %(n)d journals.",
            upload.lines,
        )
    else:
        text = gettext("%(number)s waits for somebody else to approve it.")
    messages.success(request, text % words)


def _template() -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="journals.csv"'},
    )
    csv.writer(response).writerow(HEADINGS)
    return response


def _pack(lines: Sequence[JournalLine]) -> list[list[Any]]:
    """Write down what was shown, signed later, so that it needs no place in the database."""
    return [
        [
            line.number,
            line.reference,
            str(line.amount),
            line.fund,
            line.account,
            line.vat,
            line.narrative,
        ]
        for line in lines
    ]


def _unpack(packed: list[list[Any]]) -> list[JournalLine]:
    return [
        JournalLine(number, reference, Decimal(amount), fund, account, vat, narrative)
        for number, reference, amount, fund, account, vat, narrative in packed
    ]


def _salt(user_id: Any) -> str:
    return f"ims.journals.upload.{user_id}"

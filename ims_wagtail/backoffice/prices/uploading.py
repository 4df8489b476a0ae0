"""Uploading a spreadsheet of prices: looked at first, entered when confirmed, approved later."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from ims_wagtail.access.spreadsheets import SpreadsheetUnreadable

from .differences import ChangedMeanwhile, Difference, Outcome, compare, enter
from .screens import PriceScreen
from .spreadsheets import SheetRow, read_prices
from .standing import ENTER


#: How long a preview may be looked at before it is confirmed.
_SECONDS = 24 * 60 * 60


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX, its first row the headings code, name, amount and from date"
        ),
    )


class UploadView(PriceScreen):
    """Shows what a spreadsheet would change. Nothing is kept of it until that is confirmed."""

    permissions = ("ims_funds.view_price", "ims_funds.add_price", ENTER)
    template_name = "ims_wagtail/backoffice/prices/upload.html"
    page_title = gettext_lazy("Upload prices")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(UploadForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "confirmed" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return self._preview(read_prices(form.cleaned_data["file"].read()))
            except SpreadsheetUnreadable as unreadable:
                form.add_error("file", str(unreadable))
        return self._show(form)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        try:
            rows, confirmed = _unpack(request.POST["confirmed"], request.user.pk)
        except signing.BadSignature:
            messages.error(request, _("That preview is too old. Upload the file again"))
            return redirect("ims_prices:upload")
        try:
            number = enter(rows=rows, confirmed=confirmed, by=request.user)
        except ChangedMeanwhile:
            messages.warning(
                request,
                _("Prices have changed since you looked. Nothing was entered: look again"),
            )
            return self._preview(rows)
        messages.success(
            request,
            ngettext(
                "%(n)d price entered. Somebody else has to approve it.",
                "%(n)d prices entered. Somebody else has to approve them.",
                number,
            )
            % {"n": number},
        )
        return redirect("ims_prices:waiting")

    def _preview(self, rows: Sequence[SheetRow]) -> HttpResponse:
        differences = compare(rows)
        groups = {
            outcome.value: [d for d in differences if d.outcome == outcome] for outcome in Outcome
        }
        ready = not groups["wrong"] and bool(groups["new"] or groups["changed"])
        return self._show(
            UploadForm(),
            groups=groups,
            previewed=True,
            confirmed=_pack(differences, self.request.user.pk) if ready else "",
        )

    def _show(self, form: UploadForm, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **context))


def _pack(differences: Sequence[Difference], user_id: Any) -> str:
    """Write down what was shown, signed, so that it needs no place in the database."""
    shown = [
        [
            d.row.number,
            d.row.code,
            d.row.name,
            str(d.row.amount),
            str(d.row.starts),
            d.outcome.value,
            d.name,
            None if d.before is None else str(d.before),
        ]
        for d in differences
    ]
    return signing.dumps(shown, salt=_salt(user_id), compress=True)


def _unpack(text: str, user_id: Any) -> tuple[list[SheetRow], list[Difference]]:
    rows, confirmed = [], []
    for number, code, name, amount, starts, outcome, shown_name, before in signing.loads(
        text, salt=_salt(user_id), max_age=_SECONDS
    ):
        row = SheetRow(number, code, name, Decimal(amount), date.fromisoformat(starts))
        rows.append(row)
        confirmed.append(
            Difference(
                row=row,
                outcome=Outcome(outcome),
                name=shown_name,
                before=None if before is None else Decimal(before),
            )
        )
    return rows, confirmed


def _salt(user_id: Any) -> str:
    return f"ims.prices.upload.{user_id}"

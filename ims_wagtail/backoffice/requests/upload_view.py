"""Uploading a file of requests: looked at first, made in the background when confirmed."""

import csv
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Site

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.spreadsheets import SpreadsheetUnreadable
from ims_wagtail.backoffice.taking.forms import TypeChoiceField
from ims_wagtail.checkout.requests.files.checking import CheckedFile, Terms, check_file
from ims_wagtail.checkout.requests.files.reading import HEADINGS, FileRow, read_requests
from ims_wagtail.checkout.requests.files.taking_in import RowsRefused, take_in
from ims_wagtail.checkout.requests.models import RequestFile
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.models import PaymentType

from .asking_view import AskingView
from .forms import SiteField, ask_for_site
from .rights import types_to_ask_for


#: How long a preview may be looked at before it is confirmed.
_SECONDS = 24 * 60 * 60
#: How many rows, and how many faults, a preview shows one by one.
_SHOWN = 200


class RequestFileForm(forms.Form):
    """The file, and what holds for every row of it."""

    type = TypeChoiceField(
        label=gettext_lazy("Payment type"),
        queryset=PaymentType.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose"),
    )
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy(
            "CSV or XLSX with a row for each request, 10,000 at most. Its first row holds some of "
            "the headings: reference, amount, name, email, expiry, message"
        ),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day they can be paid by"),
        widget=NativeDateInput,
        help_text=gettext_lazy("For rows that say none themselves"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the payers"), choices=settings.LANGUAGES
    )
    single_use = forms.BooleanField(
        label=gettext_lazy("Each can be paid once only"), required=False, initial=True
    )
    and_send = forms.BooleanField(
        label=gettext_lazy("Send them by e-mail, sixty a minute"), required=False
    )
    site = SiteField()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = types_to_ask_for(user)  # type: ignore[attr-defined]
        days = timedelta(days=ims_settings().payment_link_days)
        self.fields["expires_on"].initial = accounting_date() + days
        ask_for_site(self)

    @property
    def terms(self) -> Terms:
        """What holds for every row, once the form is valid."""
        given = self.cleaned_data
        site = given.get("site")
        return Terms(
            payment_type=given["type"],
            expires_on=given["expires_on"],
            language=given["language"],
            single_use=given["single_use"],
            and_send=given["and_send"],
            site_id=site.pk if site else None,
        )


class UploadView(AskingView):
    """Shows what a file would ask for. Nothing is kept of it until that is confirmed."""

    model = RequestFile
    template_name = "ims_wagtail/backoffice/requests/upload.html"
    page_title = gettext_lazy("Requests from a file")

    def get(self, request: HttpRequest) -> HttpResponse:
        if "template" in request.GET:
            return _template()
        return self._show(RequestFileForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "confirmed" in request.POST:
            return self._confirm(request)
        form = RequestFileForm(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            try:
                rows = read_requests(form.cleaned_data["file"].read())
            except SpreadsheetUnreadable as unreadable:
                form.add_error("file", str(unreadable))
            else:
                checked = check_file(rows, terms=form.terms)
                name = form.cleaned_data["file"].name
                return self._preview(form, checked, terms=form.terms, name=name)
        return self._show(form, status=422)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        try:
            packed = signing.loads(
                request.POST["confirmed"], salt=_salt(request.user.pk), max_age=_SECONDS
            )
        except signing.BadSignature:
            messages.error(request, _("That preview is too old. Upload the file again."))
            return redirect("ims_request_files:upload")
        terms = _unpacked(packed, request.user)
        if terms is None:
            messages.error(request, _("This can’t be paid for any more. Nothing was made."))
            return redirect("ims_request_files:upload")
        rows = [FileRow.unpacked(kept) for kept in packed["rows"]]
        try:
            kept = take_in(
                key=uuid.UUID(packed["key"]),
                rows=rows,
                terms=terms,
                file_name=packed["name"],
                by=request.user,
            )
        except RowsRefused as refused:
            messages.warning(
                request,
                _("Something has changed since you looked. Nothing was made: look again."),
            )
            form = RequestFileForm(user=request.user)
            return self._preview(form, refused.checked, terms=terms, name=packed["name"])
        return redirect("ims_request_files:inspect", kept.pk)

    def _preview(
        self, form: RequestFileForm, checked: CheckedFile, *, terms: Terms, name: str
    ) -> HttpResponse:
        confirmed = ""
        if not checked.faults:
            packed = _packed(checked.rows, terms=terms, name=name)
            confirmed = signing.dumps(packed, salt=_salt(self.request.user.pk), compress=True)
        return self._show(
            form,
            status=422 if checked.faults else 200,
            checked=checked,
            terms=terms,
            faults=checked.faults[:_SHOWN],
            more_faults=max(len(checked.faults) - _SHOWN, 0),
            rows=checked.rows[:_SHOWN],
            more_rows=max(len(checked.rows) - _SHOWN, 0),
            confirmed=confirmed,
        )

    def _show(self, form: RequestFileForm, status: int = 200, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **context), status=status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_requests_to_pay:index"), "label": _("Requests to pay")},
            {"url": reverse("ims_request_files:index"), "label": _("Files of requests")},
            {"url": "", "label": self.get_page_title()},
        ]


def _template() -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="requests.csv"'},
    )
    csv.writer(response).writerow(HEADINGS)
    return response


def _packed(rows: Sequence[FileRow], *, terms: Terms, name: str) -> dict[str, Any]:
    """Write down what was shown, signed later, so that it needs no place in the database."""
    return {
        "key": str(uuid.uuid4()),
        "rows": [row.packed() for row in rows],
        "name": name,
        "type": terms.payment_type.slug,
        "expires_on": terms.expires_on.isoformat(),
        "language": terms.language,
        "single_use": terms.single_use,
        "and_send": terms.and_send,
        "site": terms.site_id,
    }


def _unpacked(packed: dict[str, Any], user: Any) -> Terms | None:
    """Return the terms that were shown, ``None`` where the person may no longer ask for it."""
    payment_type = types_to_ask_for(user).filter(slug=packed["type"]).first()
    if payment_type is None:
        return None
    return Terms(
        payment_type=payment_type,
        expires_on=date.fromisoformat(packed["expires_on"]),
        language=packed["language"],
        single_use=packed["single_use"],
        and_send=packed["and_send"],
        site_id=Site.objects.filter(pk=packed["site"]).values_list("pk", flat=True).first(),
    )


def _salt(user_id: Any) -> str:
    return f"ims.requests.upload.{user_id}"

"""Handing staff the files that residents sent with their answers."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.reading import note_read
from ims_wagtail.payments.models import OrderLine

from .answer_files import private_storage
from .models import AnswerFile
from .requests.models import Application


VIEW = "ims_payments.view_order"
VIEW_APPLICATION = "ims_requests.view_application"


class DownloadView(View):
    """Sends a file to who may see the payment or application it came with, and notes it.

    Always as a download: a browser must not run what a stranger sent.
    """

    model = AnswerFile
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        paid = scope_of(request.user, VIEW)
        applied = scope_of(request.user, VIEW_APPLICATION)
        if not (paid or applied):
            raise PermissionDenied
        file = get_object_or_404(AnswerFile, pk=pk)
        seen = [each for each in _funds_of(file) if each in paid]
        seen += [each for each in _funds_applied_to(file) if each in applied]
        if not seen:
            raise Http404("nothing it was sent with is in the funds of this person")
        try:
            content: Any = private_storage().open(file.stored_as)
        except FileNotFoundError as error:
            raise Http404("it is not kept any more") from error
        note_read(user=request.user, what=ReadWhat.FILE, obj=file, fund=seen[0])
        response = FileResponse(
            content, as_attachment=True, filename=file.name, content_type=file.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, no-store"
        return response


def _funds_of(file: AnswerFile) -> list[int]:
    """Return the funds of the orders it was sent for; none for one that another has replaced."""
    if file.basket_line is None:
        return []
    answered = OrderLine.objects.filter(
        basket_line=file.basket_line, answers__contains=[{"file": str(file.pk)}]
    )
    return list(answered.values_list("fund_id", flat=True))


def _funds_applied_to(file: AnswerFile) -> list[int]:
    """Return the fund of the application it was sent with, while that is kept."""
    if file.application is None:
        return []
    sent = Application.objects.filter(key=file.application, erased_at=None)
    return list(sent.values_list("payment_type__fund_id", flat=True))

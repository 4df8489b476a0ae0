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


VIEW = "ims_payments.view_order"


class DownloadView(View):
    """Sends a file to somebody who may see the payment it came with, and notes that they took it.

    Always as a download: a browser must not run what a stranger sent.
    """

    model = AnswerFile
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        scope = scope_of(request.user, VIEW)
        if not scope:
            raise PermissionDenied
        file = get_object_or_404(AnswerFile, pk=pk)
        fund_id = next((each for each in _funds_of(file) if each in scope), None)
        if fund_id is None:
            raise Http404("no payment in the funds of this person")
        try:
            content: Any = private_storage().open(file.stored_as)
        except FileNotFoundError as error:
            raise Http404("it is not kept any more") from error
        note_read(user=request.user, what=ReadWhat.FILE, obj=file, fund=fund_id)
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

"""The address providers call: check, store, answer at once; act afterwards."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import events, gateway
from .models import MerchantAccount
from .providers.contract import WebhookInvalid
from .tasks import handle_event


logger = logging.getLogger(__name__)

#: Bytes. Real messages have about 2,000.
MAXIMUM_SIZE = 64 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, account: str) -> HttpResponse:
    """Take a provider's message about one of its payments.

    Anything but 2xx makes the provider send it again, so only what is stored, or stored already,
    is answered so.
    """
    if _is_too_long(request):
        return HttpResponse(status=413)
    merchant = MerchantAccount.objects.filter(code=account).first()
    if merchant is None:
        return HttpResponse(status=404)
    try:
        message = gateway.parse_webhook(
            account=merchant, body=request.body, headers=request.headers
        )
    except WebhookInvalid as error:
        logger.warning("webhook for %s refused: %s", merchant.code, error)
        return HttpResponse(status=403)
    with transaction.atomic():
        event = events.store(account=merchant, message=message)
        if event is not None:
            handle_event.enqueue(event_id=event.pk)
    return HttpResponse(status=204)


def _is_too_long(request: HttpRequest) -> bool:
    """Return whether a body is longer than any message, without reading one that says so.

    A sender may leave the length out or lie about it, so what arrives counts as well.
    """
    told = request.META.get("CONTENT_LENGTH") or "0"
    if not told.isdecimal() or int(told) > MAXIMUM_SIZE:
        return True
    try:
        return len(request.body) > MAXIMUM_SIZE
    except RequestDataTooBig:
        return True

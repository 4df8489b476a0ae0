"""Webhooks of the pretend provider: real requests with a real signature."""

import json
import logging
from datetime import timedelta
from uuid import uuid4

import requests
from django.urls import Resolver404, resolve
from django.utils import timezone
from django_tasks import task

from ims_wagtail.conf import Credential, ims_settings

from ..contract import TIMEOUT
from ..signatures import sign
from .cards import Webhook
from .models import SandboxPayment
from .provider import SIGNATURE_HEADER


logger = logging.getLogger(__name__)

#: Seconds to wait before each further try.
RETRIES = (5, 60, 300)


def credential_of(payment: SandboxPayment) -> Credential | None:
    """Return what the council and the pretend provider agreed on: the account is in the address."""
    path = payment.webhook_url.removeprefix(ims_settings().base_url)
    try:
        code = resolve(path).kwargs["account"]
    except (Resolver404, KeyError):
        return None
    return ims_settings().credentials.get(code)


def tell(*, payment: SandboxPayment, webhooks: tuple[Webhook, ...]) -> None:
    """Plan the messages about a payment."""
    now = timezone.now()
    for webhook in webhooks:
        message_id = str(uuid4())
        sending = send_webhook
        if webhook.after:
            sending = send_webhook.using(run_after=now + timedelta(seconds=webhook.after))
        for _copy in range(webhook.times):
            sending.enqueue(payment_id=str(payment.pk), event=webhook.event, message_id=message_id)


@task()
def send_webhook(payment_id: str, event: str, message_id: str, tries: int = 0) -> None:
    """Send one message, and again a few times when it was not taken."""
    payment = SandboxPayment.objects.get(pk=payment_id)
    credential = credential_of(payment)
    if credential is None or not credential.webhook_secrets:
        return
    body = json.dumps(
        {
            "message_id": message_id,
            "event": event,
            "payment_id": payment_id,
            "reference": payment.reference,
        }
    ).encode()
    try:
        response = requests.post(
            payment.webhook_url,
            data=body,
            headers={
                "Content-Type": "application/json",
                SIGNATURE_HEADER: sign(secret=credential.webhook_secrets[0], body=body),
            },
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        taken = response.ok
    except requests.RequestException as error:
        logger.info("sandbox webhook %s: %s", message_id, type(error).__name__)
        taken = False
    if not taken and tries < len(RETRIES):
        again = send_webhook.using(run_after=timezone.now() + timedelta(seconds=RETRIES[tries]))
        again.enqueue(payment_id=payment_id, event=event, message_id=message_id, tries=tries + 1)

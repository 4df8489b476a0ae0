"""What a provider is told of a payment: what it is for, and what the payer has typed already."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from ims_wagtail.conf import ims_settings
from ims_wagtail.ui.council import address_of

from . import gateway
from .enums import Channel
from .links import is_invitation
from .models import Attempt, Order, OrderContact
from .providers.contract import Can, CardHolder, CreateRequest


#: Characters that payment services refuse in a description, or take for an attack.
_UNWELCOME = re.compile(r"""[<>|"'\\\x00-\x1f]+""")
#: Characters a provider keeps of each fact we send along.
_LONGEST_FACT = 100


def create_request(*, attempt: Attempt, token: str) -> CreateRequest:
    """Return the request for a new attempt; ``token`` is what its way back is known by.

    The order needs its contact and, as lists by line, ``descriptions``, ``fund_codes`` and
    ``payment_types``.
    """
    base_url = ims_settings().base_url
    order: Any = attempt.order
    account = attempt.account
    # Somebody else may come to pay by an invitation: they must not read who invited them.
    contact = OrderContact() if is_invitation(order) else _contact(order)
    first, *others = order.descriptions
    description = f"{first} + {len(others)}" if others else first
    return CreateRequest(
        reference=attempt.reference,
        amount=attempt.amount,
        description=_UNWELCOME.sub(" ", description)[:255],
        language=order.language,
        return_url=_return_url(order=order, token=token),
        webhook_url=base_url + reverse("ims_payments:webhook", args=[account.code]),
        email=contact.email,
        card_holder=CardHolder(
            name=contact.name,
            line_1=contact.address_line_1,
            line_2=contact.address_line_2,
            town=contact.town,
            postcode=contact.postcode,
        ),
        metadata=_metadata(order),
        telephone=order.channel == Channel.TELEPHONE,
        delayed_capture=account.delayed_capture and gateway.can(account, Can.DELAYED_CAPTURE),
    )


def _return_url(*, order: Order, token: str) -> str:
    """Return where the provider sends who typed the card: payers to our pages, staff to theirs."""
    if order.channel != Channel.TELEPHONE:
        return address_of(order.site) + reverse("ims_checkout:return", args=[token])
    admin = getattr(settings, "WAGTAILADMIN_BASE_URL", None) or ims_settings().base_url
    return f"{admin.rstrip('/')}{reverse('ims_taking:returned')}?payment={token}"


def _contact(order: Order) -> OrderContact:
    try:
        contact: OrderContact = order.contact
    except OrderContact.DoesNotExist:
        return OrderContact()
    return contact


def _metadata(order: Any) -> dict[str, str]:
    """Say what is paid for, in the council's own codes. Never who pays, nor any account of theirs.

    The provider shows it to staff in its console and sends it back with the payment.
    """
    return {
        "order": order.reference,
        "funds": _joined(order.fund_codes),
        "payment_types": _joined(order.payment_types),
    }


def _joined(codes: Iterable[str]) -> str:
    """Write codes in one line, each once, as many as there is room for."""
    joined = ""
    for code in dict.fromkeys(codes):
        longer = f"{joined},{code}" if joined else code
        if len(longer) > _LONGEST_FACT:
            break
        joined = longer
    return joined

"""The form that takes a payer to Smartpay Fuse: which fields, in which order, signed."""

from datetime import datetime

from .keys import Keys
from .models import FusePayment
from .signing import NAMES, SIGNATURE, sign


#: In the order in which they are signed.
SIGNED = (
    "access_key",
    "profile_id",
    "transaction_uuid",
    NAMES,
    "unsigned_field_names",
    "signed_date_time",
    "locale",
    "transaction_type",
    "reference_number",
    "amount",
    "currency",
    "override_backoffice_post_url",
    "override_custom_cancel_page",
    "override_custom_receipt_page",
)
#: Marks a payment by telephone; the account's profile has to be one for such payments as well.
INDICATOR = "e_commerce_indicator"
UNSIGNED = {"bill_to_address_country": "GB"}
#: Smartpay Fuse's pages know no Welsh.
LOCALE = "en"


def signed_form(
    *, payment: FusePayment, keys: Keys, back_url: str, now: datetime
) -> dict[str, str]:
    """Return the fields of the form by name, signature included. ``now`` is UTC.

    The same payment always carries the same ``transaction_uuid``, so that a form which is sent
    twice, from two windows, is not paid twice.
    """
    names = [*SIGNED, INDICATOR] if payment.telephone else list(SIGNED)
    fields = {
        "access_key": keys.access_key,
        "profile_id": keys.profile_id,
        "transaction_uuid": str(payment.pk),
        NAMES: ",".join(names),
        "unsigned_field_names": ",".join(UNSIGNED),
        "signed_date_time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "locale": LOCALE,
        "transaction_type": "sale",
        "reference_number": payment.reference,
        "amount": f"{payment.amount:.2f}",
        "currency": "GBP",
        "override_backoffice_post_url": payment.webhook_url,
        "override_custom_cancel_page": back_url,
        "override_custom_receipt_page": back_url,
        INDICATOR: "moto",
    }
    signature = sign(secret=keys.secrets[0], fields=fields, names=names)
    return {**{name: fields[name] for name in names}, **UNSIGNED, SIGNATURE: signature}

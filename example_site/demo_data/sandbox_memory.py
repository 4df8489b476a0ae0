"""What the sandbox provider remembers of the demo's attempts, so that it can be asked."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from ims_wagtail.conf import ims_settings
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.providers.contract import ProviderState
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.payments.providers.sandbox.states import State


#: The sandbox's own words for what it told.
WORDS = {
    ProviderState.SUBMITTED: State.SUBMITTED,
    ProviderState.PAID: State.CAPTURED,
    ProviderState.DECLINED: State.DECLINED,
    ProviderState.CANCELLED_BY_PAYER: State.CANCELLED,
    ProviderState.EXPIRED: State.EXPIRED,
    ProviderState.ERROR: State.ERROR,
}


def remember(
    *,
    attempt: Attempt,
    said: ProviderState,
    taken: Decimal | None,
    four: str,
    paid_at: datetime,
) -> None:
    """Let the sandbox know a payment as it was when it last told us."""
    base_url = ims_settings().base_url
    SandboxPayment.objects.create(
        id=UUID(attempt.provider_id),
        reference=attempt.reference,
        amount=attempt.amount,
        taken=taken,
        description=f"Anyborough Council {attempt.order.reference}",
        return_url=f"{base_url}/",
        webhook_url=f"{base_url}/ims/webhooks/{attempt.account.code}/",
        language="en-gb",
        state=WORDS[said],
        card_brand="Visa" if taken is not None else "",
        card_last_four=four if taken is not None else "",
        paid_at=paid_at if taken is not None else None,
        created_at=attempt.created_at,
    )

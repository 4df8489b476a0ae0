"""The e-mail by which a resident learns that money is on its way back."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils.formats import date_format

from ims_wagtail.clock import LONDON
from ims_wagtail.ledger.models import PayerDetails
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.payments.enums import RefundRoute
from ims_wagtail.payments.models import Refund
from ims_wagtail.ui.council import council_of


_FOLDER = "ims_wagtail/payments/email"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """What was refunded of one thing paid for."""

    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Notice:
    """All that the e-mail says."""

    number: str
    receipt_number: str
    supplier: str
    amount: Decimal
    made_at: datetime
    to_bank: bool
    card_brand: str
    card_last_four: str
    lines: tuple[NoticeLine, ...]

    @property
    def when(self) -> str:
        """The day of the refund in Europe/London, in the reader's language."""
        return date_format(self.made_at.astimezone(LONDON), "j F Y")


def refund_notice(message: Message) -> Email:
    """Write the e-mail; ``parameters`` hold ``refund_id``. Raises ``LookupError`` without one."""
    refund = (
        Refund.objects.select_related("attempt__order", "posting")
        .filter(pk=message.parameters["refund_id"], finished_at__isnull=False)
        .first()
    )
    if refund is None:
        raise LookupError("no such refund")
    context = {"notice": _notice(refund)}
    return Email(
        # One line whatever the council's name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/refund_subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/refund.txt", context),
        html=render_to_string(f"{_FOLDER}/refund.html", context),
    )


def _notice(refund: Refund) -> Notice:
    parts = list(refund.lines.select_related("transaction").order_by("transaction_id"))
    payer = PayerDetails.objects.filter(posting=refund.posting).first()
    receipt = refund.attempt.order.reference if refund.attempt else ""
    if not receipt and parts:
        receipt = parts[0].transaction.receipt_number
    return Notice(
        number=refund.reference,
        receipt_number=receipt,
        supplier=council_of(refund.attempt.order.site if refund.attempt else None).name,
        amount=refund.amount,
        made_at=refund.finished_at or refund.requested_at,
        to_bank=refund.route == RefundRoute.BANK,
        card_brand=payer.card_brand if payer else "",
        card_last_four=payer.card_last_four if payer else "",
        lines=tuple(
            NoticeLine(
                part.transaction.narrative or part.transaction.account_reference, part.amount
            )
            for part in parts
        ),
    )

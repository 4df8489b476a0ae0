"""The council of these tests: a site with payable pages, and what a payment needs."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, Site

from ims_wagtail.funds.enums import AmountSource, MethodKind, ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.payments.models import Attempt
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment
from ims_wagtail.ui.models import CouncilDetails
from tests.factories import (
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_price,
    make_suspense_fund,
    make_vat_code,
)
from tests.pages.making import make_home, make_index, make_page, question


@dataclass(frozen=True)
class Town:
    """Where everything is."""

    site: str
    index: Page
    council_tax: PaymentType
    room_hire: PaymentType


SERVICES = "/pay-for-it/"
COUNCIL_TAX = "/pay-for-it/council-tax/"
ROOM_HIRE = "/pay-for-it/room-hire/"
GARDEN_BIN = "/pay-for-it/garden-bin/"


def make_town(site: str) -> Town:
    """Council tax (a rule, no VAT), rooms (20 % VAT, questions), garden bins (£45, address)."""
    _make_council()
    council_tax = make_payment_type(
        name_cy="Treth gyngor", reference_hint="Nine figures, at the top right of your bill"
    )
    room_hire = make_payment_type(
        "room-hire",
        fund=make_fund("RH", name="Room hire", vat_code=make_vat_code("S2", rate="0.2")),
        reference_label="Booking number",
    )
    garden_bin = make_payment_type(
        "garden-bin",
        fund=make_fund("GB", name="Garden waste"),
        reference_source=ReferenceSource.FIXED,
        fixed_reference="GARDEN",
        amount_source=AmountSource.FIXED,
        price=make_price("45.00"),
        ask_address=True,
    )
    home = make_home()
    index = make_index(home, introduction="<p>Choose what you want to pay for.</p>")
    make_page(
        index,
        payment_type=council_tax,
        introduction="<p>Have your latest bill with you. <b>You can pay part of it.</b></p>",
        reference_help="<p>It is at the top right of your bill.</p>",
        confirmation="<p>Your next bill shows this payment.</p>",
    )
    make_page(
        index,
        title="Pay for a room",
        slug="room-hire",
        payment_type=room_hire,
        questions=[
            _question("short_text", "Name of your group"),
            _question("choice", "Which room?", choices=["Main hall", "Kitchen"]),
            _question("yes_no", "Do you need the stage?"),
            _question("date", "Date of your booking"),
            _question("long_text", "Anything else we should know", required=False),
        ],
    )
    make_page(index, title="Pay for a garden bin", slug="garden-bin", payment_type=garden_bin)
    return Town(site=site, index=index, council_tax=council_tax, room_hire=room_hire)


def _question(kind: str, label: str, **values: object) -> dict[str, object]:
    return question(kind, label, **values) | {"id": str(uuid4())}


def _make_council() -> None:
    make_merchant_account()
    make_method(MethodKind.CARD_ONLINE, name="Card online")
    make_suspense_fund()
    CouncilDetails.objects.update_or_create(
        site=Site.objects.get(),
        defaults={
            "name": "Anyborough Council",
            "address": "Town Hall\nAnyborough\nAN1 1AA",
            "vat_number": "GB 123 4567 89",
            "contact_email": "income@anyborough.example",
            "contact_phone": "01632 960 100",
        },
    )


def let_the_provider_finish() -> None:
    """What the pretend provider does some seconds later, it does now."""
    SandboxPayment.objects.exclude(next_state="").update(next_state_at=timezone.now())


def run_the_schedule() -> None:
    """The check schedule comes round to every payment that is not final."""
    Attempt.objects.exclude(next_check_at=None).update(
        next_check_at=timezone.now() - timedelta(seconds=1)
    )
    check_payments()


def run_the_tasks() -> None:
    """The background worker does what is due, webhooks of the pretend provider among it."""
    ours = DBTaskResult.objects.filter(task_path__startswith="ims_wagtail.")
    while waiting := ours.first():
        waiting.delete()
        waiting.task.call(**waiting.args_kwargs["kwargs"])


def send_the_mail() -> None:
    """The background worker sends what is in the outbox."""
    send_due()

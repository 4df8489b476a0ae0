"""What a cashier received for a department, in rows whose words are the department's own."""

from decimal import Decimal
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ims_wagtail.backoffice.models import CashierSession, ChequeDetails, CounterReceipt, Tender
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.payments.enums import Channel, OrderState
from ims_wagtail.payments.models import Order, OrderLine
from tests.factories import make_method, make_office

from .council import Department, make_payment


@transaction.atomic
def make_cashed_up_session(*, by: str) -> CashierSession:
    """A session of a cashier at the town hall that is closed, with a penny too much."""
    session = CashierSession.objects.create(
        person=User.objects.get_or_create(username=by)[0],
        office=_town_hall(),
        opening_float=Decimal("50.00"),
        opened_at=timezone.now(),
    )
    session.totals.create(
        method=_cheque(), expected=Decimal("1.00"), declared=Decimal("1.01"), reason="A gift"
    )
    CashierSession.objects.filter(pk=session.pk).update(
        closed_at=timezone.now(), closed_by=session.person
    )
    return session


@transaction.atomic
def make_counter_receipt(department: Department) -> CounterReceipt:
    """A cheque of £10.00, in an open session at the town hall of a cashier of the department."""
    word, fund = department.word, department.fund
    method, office = _cheque(), _town_hall()
    teller, _made = User.objects.get_or_create(username=f"teller {fund.code}")
    session, _made = CashierSession.objects.get_or_create(
        person=teller, office=office, defaults={"opening_float": Decimal("50.00")}
    )
    order = Order.objects.create(
        state=OrderState.PAID,
        paid_at=timezone.now(),
        total=Decimal("10.00"),
        language="en-gb",
        basket_token=uuid4(),
        channel=Channel.COUNTER,
        taken_by=teller,
        office=office,
    )
    OrderLine.objects.create(
        order=order,
        number=1,
        basket_line=uuid4(),
        payment_type=department.payment_type,
        fund=fund,
        account_reference=f"{word.upper()}1",
        description=f"{word} description",
        amount=order.total,
        vat_code=fund.vat_code,
        vat_rate=0,
        vat_amount=0,
    )
    posting = make_payment(
        fund, method, word=word, source=f"order:{order.pk}", kind=PostingKind.STAFF_RECEIPT
    )
    receipt = CounterReceipt.objects.create(order=order, posting=posting, session=session)
    tender = Tender.objects.create(
        receipt=receipt, number=1, method=method, amount=order.total, first_line=1, last_line=1
    )
    ChequeDetails.objects.create(tender=tender, drawer=f"{word} drawer", number="000123")
    return receipt


def _cheque() -> MethodOfPayment:
    found = MethodOfPayment.objects.filter(kind=MethodKind.CHEQUE).first()
    return found or make_method(MethodKind.CHEQUE)


def _town_hall() -> Office:
    return Office.objects.filter(code="TH").first() or make_office("TH", name="Town Hall")

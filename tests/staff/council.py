"""A council of two funds, in which every row of a fund can be told by the fund's own word."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from ims_wagtail.access import audit
from ims_wagtail.access.models import ReadWhat
from ims_wagtail.access.reading import note_read
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.approvals.models import Approval, ApprovalFund
from ims_wagtail.checkout.answer_files import private_storage
from ims_wagtail.checkout.enums import CopyRoute
from ims_wagtail.checkout.models import AnswerFile, ReceiptCopy
from ims_wagtail.checkout.questions import Question
from ims_wagtail.checkout.requests.models import (
    Application,
    RequestFile,
    RequestRecipient,
    RequestToPay,
)
from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.models import Correction, JournalUpload
from ims_wagtail.funds.enums import AttributeOwner
from ims_wagtail.funds.models import Attribute, Fund, FundGroup, MethodOfPayment, PaymentType
from ims_wagtail.imports.enums import ImportKind, ImportState, RowOutcome
from ims_wagtail.imports.models import (
    HolderFile,
    HolderTotal,
    Import,
    ImportHolder,
    ImportRow,
    ImportRule,
    ImportType,
    Layout,
)
from ims_wagtail.imports.rules.enums import ActionKind, Operator, RuleField
from ims_wagtail.ledger.entries import Line, NewPosting, Payer
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.holds import hold
from ims_wagtail.ledger.models import Posting
from ims_wagtail.ledger.services import post, post_many
from ims_wagtail.payments.enums import (
    AttemptState,
    BatchState,
    DifferenceKind,
    DisputeStatus,
    EventSource,
    OrderState,
    RefundRoute,
)
from ims_wagtail.payments.models import (
    Attempt,
    Comparison,
    Difference,
    Dispute,
    MerchantAccount,
    Order,
    OrderContact,
    OrderLine,
    ProviderEvent,
    Refund,
    RefundBatch,
    RefundFile,
    RefundLine,
    RefundPayee,
)
from ims_wagtail.suspense.models import Allocation, KnownPayer, SuspenseItem
from tests.factories import (
    make_account_holder,
    make_fund,
    make_merchant_account,
    make_method,
    make_payment_type,
    make_stop_message,
)


_number = count(1)


@dataclass
class Department:
    """One fund, and one row of everything that belongs to it. Every name holds ``word``."""

    word: str
    fund: Fund
    payment_type: PaymentType
    fund_group: FundGroup
    stop_message: StopMessage
    account_holder: AccountHolder
    order: Order
    attempt: Attempt
    posting: Posting
    audit_entry: object
    approval: Approval
    correction: Correction
    refund: Refund
    refund_file: RefundFile
    refund_batch: RefundBatch
    difference: Difference
    dispute: Dispute
    suspense_item: SuspenseItem
    allocation: Allocation
    known_payer: KnownPayer
    receipt_copy: ReceiptCopy
    journal_upload: JournalUpload
    import_type: ImportType
    import_file: Import
    import_row: ImportRow
    application: Application
    request_to_pay: RequestToPay
    request_file: RequestFile
    answer_file: AnswerFile


def make_department(code: str, word: str, method: MethodOfPayment, account) -> Department:
    fund = make_fund(code, name=f"{word} fund")
    payment_type = make_payment_type(f"{word}-type", name=f"{word} type", fund=fund)
    group = FundGroup.objects.create(name=f"{word} group")
    group.funds.add(fund)
    stop = make_stop_message(
        fund=fund, code=word[:8], staff_text=f"{word} text", public_text=f"{word} words"
    )
    holder = make_account_holder(
        fund=fund, reference=f"{word.upper()}1", surname=f"{word} surname", stop_message=stop
    )
    taker = User.objects.get_or_create(username="taker")[0]
    sent = uuid4()
    answer = {"key": "plan", "label": "Plan", "value": f"{word}.pdf", "file": str(sent)}
    order = make_order(payment_type, word=word, taken_by=taker, answers=[answer])
    attempt = make_attempt(order, account, problem=f"{word} problem", next_check_at=timezone.now())
    posting = make_payment(fund, method, word=word, source=f"attempt:{attempt.pk}")
    note_read(user=taker, what=ReadWhat.PAGE, obj=holder, fund=fund)
    entry = audit.record(
        user=None, action="change", obj=fund, fund=fund, after={"name": f"{word} new name"}
    )
    approval = make_approval(fund, word=word)
    correction = make_correction(posting, word=word)
    refund = make_refund(posting, word=word)
    refund_file = make_refund_file(refund, word=word)
    refund_batch = make_refund_batch(fund, word=word)
    difference = make_difference(attempt, word=word)
    dispute = make_dispute(attempt, word=word)
    receipt_copy = ReceiptCopy.objects.create(
        order=order, key=uuid4(), route=CopyRoute.PRINT, made_by=taker
    )
    import_file = make_checked_import(fund, method, word=word)
    item = make_suspense_item(fund, posting)
    return Department(
        word,
        fund,
        payment_type,
        group,
        stop,
        holder,
        order,
        attempt,
        posting,
        entry,
        approval,
        correction,
        refund,
        refund_file,
        refund_batch,
        difference,
        dispute,
        item,
        make_allocation(item, word=word),
        make_known_payer(fund, word=word),
        receipt_copy,
        make_journal_upload(fund, word=word),
        import_file.import_type,
        import_file,
        make_received_row(import_file.import_type, fund, word=word),
        make_application(payment_type, word=word),
        make_request_to_pay(payment_type, word=word),
        make_request_file(payment_type, word=word),
        make_answer_file(sent, order, word=word),
    )


def make_answer_file(key: UUID, order: Order, *, word: str) -> AnswerFile:
    """A file that was sent with the first line of an order."""
    stored_as = private_storage().save(f"answers/{key.hex}", ContentFile(f"%PDF- {word}"))
    return AnswerFile.objects.create(
        pk=key,
        basket_line=order.lines.first().basket_line,
        name=f"{word}.pdf",
        content_type="application/pdf",
        size=10,
        stored_as=stored_as,
    )


@transaction.atomic
def make_approval(fund: Fund, *, word: str = "plain") -> Approval:
    """A request about a refund, by somebody of no group, which waits."""
    approval = Approval.objects.create(
        kind="refund",
        subject=f"refund:{next(_number)}",
        title=f"{word} request",
        amount=Decimal("12.50"),
        reason=f"{word} reason",
        requested_by=User.objects.get_or_create(username="asker")[0],
        expires_at=timezone.now() + timedelta(days=14),
    )
    ApprovalFund.objects.create(approval=approval, fund=fund)
    return approval


@transaction.atomic
def make_correction(posting: Posting, *, word: str = "plain") -> Correction:
    """A pound of a payment that waits to be moved to another account of its fund."""
    line = posting.lines.order_by("line_number")[0]
    correction = Correction.objects.create(
        kind="journal",
        amount=Decimal("1.00"),
        reason=f"{word} correction",
        requested_by=User.objects.get_or_create(username="asker")[0],
    )
    correction.takes.create(transaction=line, amount=Decimal("1.00"))
    correction.gives.create(
        number=1,
        fund=line.fund,
        account_reference=f"{word.upper()}2",
        vat_code=line.vat_code,
        amount=Decimal("1.00"),
    )
    correction.funds.set([line.fund_id])
    hold(source=f"correction:{correction.pk}", amounts={line.pk: Decimal("1.00")})
    correction.refresh_from_db()
    return correction


def make_journal_upload(fund: Fund, *, word: str = "plain") -> JournalUpload:
    """A file of one journal that waits."""
    upload = JournalUpload.objects.create(
        fingerprint=f"of {word}",
        file_name=f"{word}.csv",
        reason=f"{word} file",
        lines=1,
        amount=Decimal("1.00"),
        requested_by=User.objects.get_or_create(username="asker")[0],
    )
    upload.funds.set([fund])
    return upload


def make_application(payment_type: PaymentType, *, word: str = "plain") -> Application:
    """An application of somebody who answered one question, which waits."""
    return Application.objects.create(
        key=uuid4(),
        payment_type=payment_type,
        page_id=1,
        page_title=f"{word} page",
        reference=f"{word.upper()}1",
        amount=Decimal("10.00"),
        answers=[{**asdict(Question(key="a", label="Answer")), "value": f"{word} answer"}],
        email=f"{word}@example.org",
        language="en-gb",
    )


def make_request_to_pay(payment_type: PaymentType, *, word: str = "plain") -> RequestToPay:
    """A link for ten pounds that nobody opened."""
    request = RequestToPay.objects.create(
        payment_type=payment_type,
        reference=f"{word.upper()}1",
        amount=Decimal("10.00"),
        language="en-gb",
        expires_at=timezone.now() + timedelta(days=14),
        made_by=User.objects.get_or_create(username="asker")[0],
    )
    RequestRecipient.objects.create(request=request, name=f"{word} payer", message=f"{word} words")
    return request


def make_request_file(payment_type: PaymentType, *, word: str = "plain") -> RequestFile:
    """A file of nothing, all of it made."""
    return RequestFile.objects.create(
        key=uuid4(),
        payment_type=payment_type,
        file_name=f"{word}.csv",
        count=0,
        language="en-gb",
        made_by=User.objects.get_or_create(username="asker")[0],
        finished_at=timezone.now(),
    )


def make_suspense_item(fund: Fund, posting: Posting) -> SuspenseItem:
    """The item of a payment in a fund that was the suspense fund for a moment."""
    for is_suspense in (True, False):
        fund.is_suspense = is_suspense
        fund.save(update_fields=["is_suspense"])
    return SuspenseItem.objects.get(transaction__posting=posting, transaction__line_number=1)


@transaction.atomic
def make_allocation(item: SuspenseItem, *, word: str = "plain") -> Allocation:
    """A pound of an item that waits to be put on an account of its fund."""
    made = Allocation.objects.create(
        form_key=uuid4(),
        amount=Decimal("1.00"),
        reason=f"{word} allocation",
        requested_by=User.objects.get_or_create(username="asker")[0],
    )
    made.takes.create(item=item, amount=Decimal("1.00"))
    made.gives.create(
        number=1,
        fund=item.fund,
        account_reference=f"{word.upper()}3",
        vat_code=item.fund.vat_code,
        amount=Decimal("1.00"),
    )
    made.funds.set([item.fund_id])
    hold(source=f"suspense_allocation:{made.pk}", amounts={item.transaction_id: Decimal("1.00")})
    made.refresh_from_db()
    return made


def make_known_payer(fund: Fund, *, word: str = "plain") -> KnownPayer:
    """A payer of an account of the fund, who waits for approval."""
    return KnownPayer.objects.create(
        name=f"{word.upper()} PAYER",
        fund=fund,
        account_reference=f"{word.upper()}1",
        requested_by=User.objects.get_or_create(username="asker")[0],
    )


def make_difference(attempt: Attempt, *, word: str = "plain") -> Difference:
    """A payment of ours that the provider does not list, found yesterday."""
    comparison, _made = Comparison.objects.get_or_create(
        account=attempt.account,
        day=accounting_date() - timedelta(days=1),
        defaults={"their_count": 0, "their_total": 0, "our_count": 1, "our_total": 10},
    )
    return Difference.objects.create(
        comparison=comparison,
        account=attempt.account,
        kind=DifferenceKind.NOT_THEIRS,
        provider_id=attempt.provider_id,
        reference=f"{word} difference",
        attempt=attempt,
        our_amount=attempt.amount,
    )


def make_dispute(attempt: Attempt, *, word: str = "plain") -> Dispute:
    """A dispute that waits for evidence."""
    return Dispute.objects.create(
        account=attempt.account,
        provider_id=f"{word}-dispute-{attempt.pk}",
        attempt=attempt,
        payment_provider_id=attempt.provider_id,
        status=DisputeStatus.NEEDS_RESPONSE,
        reason="general",
        amount=attempt.amount,
        opened_at=timezone.now(),
        evidence_due_at=timezone.now() + timedelta(days=7),
    )


def make_refund(posting: Posting, *, word: str = "plain") -> Refund:
    """A refund to a bank account of a pound of every line, which waits for approval."""
    lines = list(posting.lines.all())
    refund = Refund.objects.create(
        posting=posting,
        route=RefundRoute.BANK,
        amount=Decimal(len(lines)),
        reason=f"{word} refund",
        problem=f"{word} refund problem",
        requested_by=User.objects.get_or_create(username="asker")[0],
    )
    for line in lines:
        RefundLine.objects.create(refund=refund, transaction=line, amount=Decimal("1.00"))
    refund.refresh_from_db()
    return refund


def make_refund_file(refund: Refund, *, word: str = "plain") -> RefundFile:
    """A file for the bank with one refund, which goes to an account of somebody."""
    RefundPayee.objects.create(
        refund=refund, name=f"{word} payee", sort_code="309430", account_number="01234567"
    )
    made = RefundFile.objects.create(
        number=next(_number),
        made_by=User.objects.get_or_create(username="maker")[0],
        total=refund.amount,
    )
    made.refunds.add(refund)
    return made


def make_refund_batch(fund: Fund, *, word: str = "plain") -> RefundBatch:
    """A refund of many payments that left one out and has none left."""
    return RefundBatch.objects.create(
        fund=fund,
        what=f"{word} type",
        since=accounting_date(),
        until=accounting_date(),
        reason=f"{word} reason",
        state=BatchState.CLOSED,
        wanted=[],
        left_out=[["R1A", f"{word} was refunded before"]],
        requested_by=User.objects.get_or_create(username="asker")[0],
    )


def make_order(
    *payment_types: PaymentType,
    word: str = "plain",
    amount: str = "12.50",
    taken_by: User | None = None,
    **line: Any,
) -> Order:
    """An unpaid order with a line for each payment type, and its payer."""
    order = Order.objects.create(
        state=OrderState.UNPAID,
        total=Decimal(amount) * len(payment_types),
        language="en-gb",
        basket_token=uuid4(),
        account=MerchantAccount.objects.first() or make_merchant_account(),
        taken_by=taken_by,
    )
    for number, payment_type in enumerate(payment_types, 1):
        OrderLine.objects.create(
            order=order,
            number=number,
            basket_line=uuid4(),
            payment_type=payment_type,
            fund=payment_type.fund,
            account_reference=f"{payment_type.name.split()[0].upper()}1",
            description=f"{word} description",
            amount=Decimal(amount),
            vat_code=payment_type.fund.vat_code,
            vat_rate=0,
            vat_amount=0,
            **line,
        )
    OrderContact.objects.create(order=order, name=f"{word} payer", email=f"{word}@example.org")
    order.refresh_from_db()
    return order


def make_attempt(order: Order, account: MerchantAccount, **values) -> Attempt:
    """An attempt that the provider declined, with one word of the provider."""
    defaults = {
        "number": 1,
        "reference": f"{order.reference}-1",
        "token_hash": f"hash of {order.reference}",
        "provider_id": f"psp-{order.pk}",
        "state": AttemptState.DECLINED,
        "amount": order.total,
        "finished_at": timezone.now(),
    }
    attempt = Attempt.objects.create(order=order, account=account, **defaults | values)
    ProviderEvent.objects.create(
        account=account,
        attempt=attempt,
        source=EventSource.WEBHOOK,
        provider_id=attempt.provider_id,
        raw_state="said failed",
    )
    return attempt


def make_line(fund: Fund, method: MethodOfPayment, *, word: str = "plain", amount="10.00") -> Line:
    return Line(
        fund_id=fund.pk,
        account_reference=f"{word.upper()}1",
        method_id=method.pk,
        amount=Decimal(amount),
        vat_code_id=fund.vat_code_id,
        vat_rate=Decimal(0),
        vat_amount=Decimal("0.00"),
        receipt_number=f"{word.upper()}-RECEIPT",
        narrative=f"{word} narrative",
    )


@transaction.atomic
def make_payment(
    fund: Fund,
    method: MethodOfPayment,
    *,
    word: str = "plain",
    source: str,
    amount: str = "10.00",
    kind: PostingKind = PostingKind.PAYMENT,
    at: datetime | None = None,
) -> Posting:
    return post(
        kind=kind,
        source=source,
        lines=[make_line(fund, method, word=word, amount=amount)],
        payer=Payer(name=f"{word} payer", email=f"{word}@example.org"),
        at=at,
    ).posting


def make_many_payments(fund: Fund, method: MethodOfPayment, *, number: int, prefix: str) -> None:
    """So many payments of £10.00, a second apart, up to now."""
    now = timezone.now()
    with transaction.atomic():
        post_many(
            postings=(
                NewPosting(
                    kind=PostingKind.PAYMENT,
                    source=f"{prefix}:{n}",
                    lines=[make_line(fund, method)],
                    at=now - timedelta(seconds=n),
                )
                for n in range(number)
            )
        )


def make_checked_import(fund: Fund, method: MethodOfPayment, *, word: str = "plain") -> Import:
    """A file with a good row and a bad one, which waits to be posted; its type is the fund's."""
    import_type = ImportType.objects.create(
        code=f"{word}-files", name=f"{word} files", format="ims-transactions", method=method
    )
    import_type.funds.add(fund)
    file = Import.objects.create(
        import_type=import_type,
        file_name=f"{word}.csv",
        size=1,
        sha256=f"{next(_number):064}",
        state=ImportState.PREVIEWED,
        row_count=2,
        amount=Decimal("10.00"),
        problem_count=1,
    )
    for ordinal, outcome in enumerate((RowOutcome.POSTED, RowOutcome.REJECTED), start=1):
        file.rows.create(
            ordinal=ordinal,
            number=ordinal,
            outcome=outcome,
            raw=f"{word} text",
            amount=Decimal("10.00") if outcome == RowOutcome.POSTED else None,
            date=accounting_date(),
            fund=fund if outcome == RowOutcome.POSTED else None,
        )
    file.totals.create(outcome=RowOutcome.POSTED, fund=fund, count=1, amount=Decimal("10.00"))
    file.totals.create(outcome=RowOutcome.REJECTED, count=1, amount=Decimal("0.00"))
    file.problems.create(
        line=2, column="Amount", found=f"{word} ten", expected="an amount", remedy="Ask"
    )
    return file


def make_received_row(import_type: ImportType, fund: Fund, *, word: str = "plain") -> ImportRow:
    """A row of a file that nobody gives up."""
    file = Import.objects.create(
        import_type=import_type, file_name=f"{word}-2.csv", size=1, sha256=f"{next(_number):064}"
    )
    row: ImportRow = file.rows.create(
        ordinal=1,
        number=1,
        outcome=RowOutcome.POSTED,
        raw=f"{word} text",
        amount=Decimal("5.00"),
        date=accounting_date(),
        fund=fund,
    )
    return row


def make_holders_import() -> Import:
    """A file of account holders that would remove more accounts than it may."""
    fund = make_fund("HH", name="Held")
    import_type = ImportType.objects.create(
        code="held", name="Held", kind=ImportKind.ACCOUNT_HOLDERS, format="laid-out-holders"
    )
    import_type.funds.add(fund)
    file = Import.objects.create(
        import_type=import_type,
        file_name="held.csv",
        size=1,
        sha256=f"{next(_number):064}",
        state=ImportState.PREVIEWED,
        guarded=False,
        row_count=2,
        problem_count=1,
    )
    HolderFile.objects.create(of_import=file, mode="replace", most_gone=10, tells=["surname"])
    HolderTotal.objects.create(of_import=file, fund=fund, known=2, changed=1, gone=1, left_out=1)
    for ordinal, outcome in enumerate(("changed", "gone", "left_out"), start=1):
        ImportHolder.objects.create(
            of_import=file,
            ordinal=ordinal,
            number=ordinal,
            outcome=outcome,
            fund=fund,
            reference=f"H{ordinal}",
            surname="Brooks",
            before={"surname": "Brook", "balance": 12.5},
            raw="held text",
        )
    return file


def make_import_rule(name: str = "Rents") -> ImportRule:
    """A rule that is off; it would have acted on every row."""
    rule = ImportRule.objects.create(name=name)
    rule.conditions.create(field=RuleField.AMOUNT, operator=Operator.MORE, value="1")
    rule.actions.create(kind=ActionKind.NARRATIVE, value="Changed")
    return rule


def make_layout(name: str = "Bank lines") -> Layout:
    """A layout of three columns that reads one row of its sample and objects to another."""
    layout = Layout.objects.create(
        name=name, sample="22/11/2026,301122331,45.00\n22/11/2026,301122331,ten\n"
    )
    for place, field in enumerate(("date", "reference", "amount"), start=1):
        layout.columns.create(field=field, place=place)
    return layout


def make_council() -> SimpleNamespace:
    """Two departments, Alpha and Bravo, with one method of payment and one merchant account."""
    method, account = make_method(), make_merchant_account(name="Sandbox account")
    for owner in AttributeOwner:
        Attribute.objects.create(
            name="area", label="Area", kind="choice", choices=["North"], applies_to=owner
        )
    return SimpleNamespace(
        method=method,
        account=account,
        alpha=make_department("AA", "alpha", method, account),
        bravo=make_department("BB", "bravo", method, account),
    )

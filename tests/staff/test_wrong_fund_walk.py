"""A person of the wrong fund walks past every door of the admin, and none opens.

This walk is the control of the scoping rule; the policy is only how it is kept. It finds the
addresses itself, so a screen that is added without scope makes it fail.
"""

from copy import deepcopy
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.permissions import policy_registry

from ims_wagtail.access.models import AuditEntry, ReadEntry, SavedList, StaffProfile
from ims_wagtail.access.policy import FundScopedPolicy
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.accounts.models import AccountHolder, StopMessage
from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.backoffice.evidence.models import EvidencePack
from ims_wagtail.backoffice.models import CashierSession, CounterReceipt, SetupPack, Tender
from ims_wagtail.backoffice.reports.models import ReportResult, SavedReport
from ims_wagtail.checkout.models import AnswerFile, ReceiptCopy
from ims_wagtail.checkout.requests.models import Application, RequestFile, RequestToPay
from ims_wagtail.corrections.models import Correction, JournalUpload
from ims_wagtail.funds.models import (
    Attribute,
    CheckDigit,
    Fund,
    FundGroup,
    MethodOfPayment,
    Office,
    PaymentType,
    Price,
    ReferenceRule,
    VatCode,
)
from ims_wagtail.imports.models import Import, ImportRow, ImportRule, ImportType, Layout
from ims_wagtail.ledger.models import ClosedPeriod, Posting, Transaction
from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import (
    Attempt,
    Comparison,
    Difference,
    Dispute,
    MerchantAccount,
    Order,
    OrderLine,
    Refund,
    RefundBatch,
    RefundFile,
)
from ims_wagtail.suspense.models import Allocation, KnownPayer, SuspenseItem
from ims_wagtail.ui.models import Notice

from .addresses import addresses_in, is_ours, our_addresses
from .council import make_council, make_order
from .counter import make_counter_receipt
from .people import every_income_permission, logged_in, make_group, make_person


pytestmark = pytest.mark.django_db

ADDRESSES = our_addresses()

#: Rows that belong to the council as a whole. A model may only stand here on purpose.
UNSCOPED = {
    ApprovalLimit,
    Attribute,
    CheckDigit,
    ClosedPeriod,
    Comparison,
    EvidencePack,
    ImportRule,
    Layout,
    MerchantAccount,
    MethodOfPayment,
    Notice,
    Office,
    Price,
    ReferenceRule,
    ReportResult,
    SavedList,
    SavedReport,
    SetupPack,
    StaffProfile,
    VatCode,
}
#: Where a fund's own row of each scoped model is found.
ROW_OF = {
    AccountHolder: "account_holder",
    Allocation: "allocation",
    AnswerFile: "answer_file",
    Application: "application",
    Approval: "approval",
    Attempt: "attempt",
    CashierSession: "session",
    CounterReceipt: "counter_receipt",
    AuditEntry: "audit_entry",
    Correction: "correction",
    Difference: "difference",
    Dispute: "dispute",
    Fund: "fund",
    FundGroup: "fund_group",
    Import: "import_file",
    ImportRow: "import_row",
    ImportType: "import_type",
    KnownPayer: "known_payer",
    JournalUpload: "journal_upload",
    Order: "order",
    PaymentType: "payment_type",
    Posting: "posting",
    ReceiptCopy: "receipt_copy",
    Refund: "refund",
    RefundBatch: "refund_batch",
    RefundFile: "refund_file",
    RequestFile: "request_file",
    RequestToPay: "request_to_pay",
    StopMessage: "stop_message",
    SuspenseItem: "suspense_item",
    Tender: "tender",
}
SCOPED = {*ROW_OF, OrderLine, ReadEntry, Transaction}
#: What is only ever posted to.
POSTED = (
    ":cancel_import",
    ":check",
    ":confirm",
    ":deal",
    ":give_up",
    ":post_import",
    ":returned",
    ":undo_import",
    "counter:receipt",
)

with_key = [a for a in ADDRESSES if a.takes_key and a.model not in UNSCOPED]
without_key = [a for a in ADDRESSES if not a.takes_key]


@pytest.fixture(scope="module")
def standing(standing_rows) -> SimpleNamespace:
    """The council, with a till in each department, and a payer who answered a question.

    With it someone who may do everything in fund Alpha, and belongs to fund Bravo without a
    permission: permissions of the one group must not borrow the fund of the other. They are made
    once for all doors.
    """
    council = make_council()
    for department in (council.alpha, council.bravo):
        answer = {"key": "gate", "label": "Gate", "value": f"{department.word} gate"}
        answered = make_order(department.payment_type, word=department.word, answers=[answer])
        Order.objects.filter(pk=answered.pk).update(state=OrderState.PAID, paid_at=timezone.now())
        department.counter_receipt = make_counter_receipt(department)
        department.session = department.counter_receipt.session
        department.tender = department.counter_receipt.tenders.get()
    council.walker = make_person(*every_income_permission(), funds=(council.alpha.fund,))
    council.walker.groups.add(make_group(funds=(council.bravo.fund,)))
    return council


@pytest.fixture
def council(standing, db) -> SimpleNamespace:
    return deepcopy(standing)


@pytest.fixture
def walker(council) -> Client:
    return logged_in(council.walker)


def rows(council) -> list:
    """Everything that stands about Bravo."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (*SCOPED, *UNSCOPED)
        if model not in (AuditEntry, ReadEntry)
    ]


def body(response) -> str:
    streamed = getattr(response, "streaming", False)
    content = b"".join(response.streaming_content) if streamed else response.content
    return content.decode().lower()


def is_refusal(response) -> bool:
    return response.status_code in (403, 404, 405) or (
        response.status_code == 302 and response.url == "/admin/"
    )


def apps_of(viewset) -> str:
    options = getattr(getattr(viewset, "model", None), "_meta", None)
    return getattr(options, "app_label", "")


def test_the_walk_knows_every_door():
    names = {address.name for address in ADDRESSES}
    models = {address.model for address in ADDRESSES} - {None}

    assert len(ADDRESSES) > 50
    assert {"ims_transactions:index", "ims_postings:inspect", "ims_attention:check"} <= names
    assert "ims_dashboard" in names
    assert "income_vat-codes_modeladmin_index" in names
    assert models == SCOPED | UNSCOPED, "a new model: say in UNSCOPED or ROW_OF where it belongs"


def test_every_screen_of_ours_stands_on_the_scoped_base_and_policy():
    ours = [
        viewset
        for viewset in viewsets.viewsets
        if type(viewset).__module__.startswith("ims_wagtail") or apps_of(viewset).startswith("ims_")
        # Pages have Wagtail's own permissions, and its addresses.
        if not isinstance(viewset, PageViewSet)
    ]

    assert len(ours) >= 10
    for viewset in ours:
        assert isinstance(viewset, ScopedModelViewSet), viewset
        if viewset.model not in UNSCOPED:
            assert isinstance(policy_registry.get_by_type(viewset.model), FundScopedPolicy)


@pytest.mark.parametrize("address", with_key, ids=str)
def test_a_row_of_another_fund_can_be_neither_seen_nor_touched(address, walker, council):
    url = address.url(getattr(council.bravo, ROW_OF[address.model]).pk)
    before = rows(council)

    for response in (walker.get(url), walker.post(url, {"fund": council.bravo.fund.pk})):
        assert is_refusal(response), (response.status_code, getattr(response, "url", ""))
        assert "bravo" not in body(response)
    assert rows(council) == before


def test_the_same_rows_of_the_own_fund_are_not_refused(walker, council, monkeypatch):
    monkeypatch.setattr(
        "ims_wagtail.payments.attempt_screens.settle",
        lambda attempt_id, source: council.alpha.attempt,
    )

    for address in with_key:
        url = address.url(getattr(council.alpha, ROW_OF[address.model]).pk)
        go = walker.post if address.name.endswith(POSTED) else walker.get
        assert not is_refusal(go(url)), address


@pytest.mark.parametrize("address", without_key, ids=str)
def test_no_list_form_filter_or_export_names_another_fund(address, walker, council):
    for query in (
        "",
        "?q=bravo",
        f"?fund={council.bravo.fund.pk}",
        "?export=csv",
        "?ordering=name",
    ):
        response = walker.get(address.url() + query)

        assert response.status_code in (200, 302, 400, 403, 405)
        # The word that was typed comes back in the search box and the address; nothing else may.
        assert "bravo" not in body(response).replace("q=bravo", "").replace('value="bravo"', "")


def test_lists_do_show_the_own_fund(walker, council):
    # An order is told by its number; everything else names its fund or its own word.
    words = {Order: council.alpha.order.reference.lower()}
    words[Attempt] = words[Order]
    words[CashierSession] = council.alpha.session.person.username.lower()
    # A file for the bank by who made it; the people who are paid stand on its own page.
    words[RefundFile] = "maker"

    for address in without_key:
        if address.model in SCOPED and address.name.endswith((":index", ":index_results")):
            assert words.get(address.model, "alpha") in body(walker.get(address.url())), address


def test_nothing_can_be_added_to_another_fund(walker, council):
    before = rows(council)
    typed = {
        "fund": council.bravo.fund.pk,
        "code": "ZZ",
        "name": "New",
        "slug": "new",
        "staff_effect": "none",
        "staff_text": "Text",
        "public_effect": "none",
        "reference_source": "payer",
        "reference_label": "Number",
        "amount_source": "payer",
        "minimum_amount": "1.00",
        "maximum_amount": "5.00",
        "vat_code": council.bravo.fund.vat_code_id,
        "enabled": "on",
    }
    adding = [address for address in without_key if address.name.endswith(":add")]
    assert {address.model for address in adding} >= {Fund, PaymentType, StopMessage}

    for address in adding:
        if address.model in SCOPED:
            walker.post(address.url(), typed)
    assert rows(council) == before

    # What was refused was the fund: the same form goes through in one's own.
    walker.post("/admin/income/stop-messages/new/", typed | {"fund": council.alpha.fund.pk})
    assert StopMessage.objects.filter(code="ZZ").exists()


def test_no_own_row_can_be_moved_to_another_fund(walker, council):
    stop = council.alpha.stop_message
    url = f"/admin/income/stop-messages/edit/{stop.pk}/"
    values = {
        "fund": council.bravo.fund.pk,
        "code": stop.code,
        "staff_effect": stop.staff_effect,
        "staff_text": stop.staff_text,
        "public_effect": stop.public_effect,
        "public_text": stop.public_text,
    }

    response = walker.post(url, values)

    stop.refresh_from_db()
    assert response.status_code == 200
    assert stop.fund == council.alpha.fund


def test_the_key_to_the_admin_alone_opens_nothing(council):
    bare = logged_in(make_person())

    for address in ADDRESSES:
        if address.model in ROW_OF:
            pk = getattr(council.alpha, ROW_OF[address.model]).pk
        else:
            pk = getattr(address.model and address.model.objects.first(), "pk", 1)
        for response in (bare.get(address.url(pk)), bare.post(address.url(pk))):
            assert is_refusal(response), (address, response.status_code)


def test_a_stranger_is_sent_to_the_login(client, db):
    for address in ADDRESSES:
        key = UUID(int=1) if "<uuid:" in address.route else 1
        response = client.get(address.url(key))

        assert response.status_code == 302, address
        assert response.url.startswith("/admin/login/"), address


def test_the_walk_finds_a_stock_viewset_under_any_name():
    stock = ModelViewSet("leaky", model=StopMessage, form_fields=["staff_text"], icon="tag")

    found = list(addresses_in(stock.get_urlpatterns(), "admin/leaky/", ("leaky",)))

    assert {address.model for address in found if is_ours(address)} == {StopMessage}
    assert len([address for address in found if is_ours(address) and address.takes_key]) >= 2

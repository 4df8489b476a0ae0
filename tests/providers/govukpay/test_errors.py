"""Every error code, from the service's own mouth to what the house is told."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from ims_wagtail.payments.providers.contract import (
    NotFound,
    OutcomeUnknown,
    RefundRequest,
    Refused,
    TooLate,
    Unreachable,
)
from ims_wagtail.payments.providers.govukpay.errors import CODES, Meaning, meaning_of
from tests.providers.govukpay.asking import a_request, paid
from tests.providers.govukpay.faults import Reply
from tests.providers.govukpay.test_searching import DAY


MANUAL = Path(__file__).resolve().parents[3] / "docs" / "reference" / "govukpay.md"

#: All that GOV.UK Pay's source can answer, and P0999, which only its documentation names.
ALL = set(
    """P0010 P0050 P0101 P0102 P0103 P0104 P0105 P0191 P0195 P0196 P0197 P0198 P0199 P0200 P0298
    P0300 P0398 P0401 P0402 P0498 P0500 P0501 P0502 P0598 P0600 P0601 P0602 P0603 P0604 P0697 P0698
    P0700 P0798 P0800 P0898 P0900 P0920 P0930 P0940 P0941 P0942 P0999 P1000 P1001 P1003 P1098 P1100
    P1101 P1211 P1212 P1898 P2101 P2102 P2197 P2198 P2200 P2298 P2401 P2402 P2498 P2500 P2501
    P2598""".split()
)
#: Of authorising with an API and of agreements, which the house does not use.
NOT_ASKED_FOR = {code for code in ALL if code.startswith("P2")} | {
    "P0010",
    "P0050",
    "P1211",
    "P1212",
}
#: Which codes answer which request.
OF = {
    "create": "P01.. P09..",
    "read": "P02..",
    "events": "P03..",
    "search": "P04..",
    "cancel": "P05..",
    "refund": "P06.. P0940 P0941",
    "read_refund": "P07..",
    "refunds_of": "P08..",
    "capture": "P100. P1098",
    "search_refunds": "P11.. P1898",
}
ANSWERS = [
    (operation, code, status)
    for operation, patterns in OF.items()
    for code in sorted(ALL - NOT_ASKED_FOR)
    if re.fullmatch("|".join(patterns.split()), code)
    for status in CODES[code].statuses
    if code != "P0999" or status == 503
]
DOING = {"create", "refund"}


def ask(provider, operation, payment_id):
    """Make a request that is answered with an error; return what the house is told."""
    requests = {
        "create": lambda: provider.create(a_request(reference="P2-1")),
        "read": lambda: provider.read(payment_id),
        "events": lambda: provider.read(payment_id),
        "search": lambda: list(provider.payments_between(*DAY)),
        "cancel": lambda: provider.cancel(payment_id),
        "capture": lambda: provider.capture(payment_id),
        "refund": lambda: provider.refund(
            RefundRequest(
                provider_id=payment_id,
                reference="R1",
                amount=Decimal("1.00"),
                available=Decimal("45.50"),
            )
        ),
        "read_refund": lambda: provider.read_refund(provider_id=payment_id, refund_id="x"),
        "refunds_of": lambda: provider.refunds_of(payment_id),
        "search_refunds": lambda: list(provider.refunds_between(*DAY)),
    }
    try:
        return requests[operation]()
    except (Refused, OutcomeUnknown, Unreachable, NotFound, TooLate) as error:
        return error


def expected(operation, code):
    """Return what the house is told of a code, by what it is certain of."""
    meaning = CODES[code].meaning
    if operation in DOING:
        return OutcomeUnknown if meaning == Meaning.UNKNOWN else Refused
    if meaning == Meaning.NOT_FOUND and operation not in ("refunds_of", "search"):
        return NotFound
    if meaning == Meaning.TOO_LATE:
        return TooLate
    return Unreachable


def test_every_code_is_mapped_on_purpose_and_no_other():
    assert set(CODES) == ALL


def test_a_5xx_leaves_open_what_was_done_unless_it_is_the_account_s():
    for code, row in CODES.items():
        if max(row.statuses) >= 500:
            assert row.meaning == (Meaning.ACCOUNT if code == "P0199" else Meaning.UNKNOWN)
        else:
            assert row.meaning != Meaning.UNKNOWN


@pytest.mark.parametrize(("operation", "code", "status"), ANSWERS)
def test_a_code_leads_to_what_the_table_says(govukpay_stub, provider, operation, code, status):
    payment = paid(govukpay_stub, provider)
    govukpay_stub.next(operation, Reply(status, code), times=9 if code == "P0900" else 1)
    outcome = ask(provider, operation, payment.payment_id)
    if operation == "events":
        assert outcome.paid_at  # the payment itself was told; only its history was not
        return
    if CODES[code].meaning == Meaning.END:
        assert outcome == []
        return
    assert type(outcome) is expected(operation, code)
    assert str(outcome) == code
    if isinstance(outcome, Refused):
        assert outcome.code == code
        assert outcome.account_fault == (CODES[code].meaning == Meaning.ACCOUNT)


def test_every_code_that_can_be_met_was_met():
    assert {code for _operation, code, _status in ANSWERS} == ALL - NOT_ASKED_FOR


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (400, Meaning.REFUSED),
        (401, Meaning.ACCOUNT),
        (403, Meaning.REFUSED),
        (404, Meaning.NOT_FOUND),
        (408, Meaning.UNKNOWN),
        (409, Meaning.TOO_LATE),
        (422, Meaning.REFUSED),
        (429, Meaning.BUSY),
        (302, Meaning.UNKNOWN),
        (500, Meaning.UNKNOWN),
        (502, Meaning.UNKNOWN),
        (503, Meaning.UNKNOWN),
        (504, Meaning.UNKNOWN),
    ],
)
def test_without_a_code_we_know_the_status_counts(status, meaning):
    assert meaning_of(status=status) == meaning_of(status=status, code="P9999") == meaning


def test_the_manual_lists_every_code_with_what_it_leads_to():
    rows = re.findall(
        r"^\| `(P\d{4})` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", MANUAL.read_text(), re.M
    )
    manual = {code: (words.strip(), outcome.strip()) for code, _http, words, outcome in rows}
    outcomes = {
        Meaning.REFUSED: "refused",
        Meaning.ACCOUNT: "account",
        Meaning.BUSY: "busy",
        Meaning.NOT_FOUND: "not found",
        Meaning.END: "end",
        Meaning.TOO_LATE: "too late",
        Meaning.UNKNOWN: "unknown",
    }
    assert manual == {code: (row.words, outcomes[row.meaning]) for code, row in CODES.items()}

"""What GOV.UK Pay does when it is asked, as the stub does it: one function for each operation.

Each is given the stub, the service whose key was sent, the body or query, and the ids in the
address; it returns status and answer, or raises ``Denied``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from . import answers, records
from .faults import Reply
from .records import Payment, Refund, Service


if TYPE_CHECKING:
    from .stub import Stub

Answer = tuple[int, Any]

PAGE = 500
_FORBIDDEN = re.compile(r'[<>|"\\]')


class Denied(Exception):
    """The stub says no."""

    def __init__(self, status: int, code: str, field: str = "") -> None:
        super().__init__(code)
        self.reply = Reply(status, code, field)


def create(stub: "Stub", service: Service, asked: dict[str, Any]) -> Answer:
    """Create a payment, or say what is wrong with what was asked."""
    for field in ("amount", "reference", "description", "return_url"):
        if field not in asked:
            raise Denied(400, "P0101", field)
    if any(_FORBIDDEN.search(asked[field]) for field in ("reference", "description")):
        raise Denied(400, "P0920")
    if service.key.startswith("api_live_") and not asked["return_url"].startswith("https://"):
        raise Denied(422, "P0920", "return_url")
    if not service.minimum <= asked["amount"] <= service.maximum:
        raise Denied(422, "P0102", "amount")
    if asked.get("moto") and not service.moto:
        raise Denied(422, "P0196", "moto")
    metadata = asked.get("metadata", {"any": "thing"})
    if not 1 <= len(metadata) <= 15 or any(
        not 1 <= len(name) <= 30 or len(str(value)) > 100 for name, value in metadata.items()
    ):
        raise Denied(422, "P0102", "metadata")
    payment = Payment(service=service, asked=asked)
    stub.payments[payment.payment_id] = payment
    return 201, answers.created(payment, url=stub.url)


def read(stub: "Stub", service: Service, asked: Mapping[str, str], payment: str) -> Answer:
    """Show a payment as it is now."""
    return 200, answers.read(_find(stub, service, payment, "P0200"), url=stub.url)


def events(stub: "Stub", service: Service, asked: Mapping[str, str], payment: str) -> Answer:
    """Show what happened to a payment."""
    return 200, answers.events(_find(stub, service, payment, "P0300"), url=stub.url)


def search(stub: "Stub", service: Service, asked: Mapping[str, str]) -> Answer:
    """Show payments, the newest first, as far as the search has caught up."""
    found = [
        payment
        for payment in stub.payments.values()
        if payment.service is service
        and _shown(payment.created, asked, lag=stub.search_lag)
        and asked.get("reference", payment.reference) == payment.reference
        and asked.get("state", payment.status) == payment.status
    ]
    return _page(stub, found, asked, answers.found, "/v1/payments", "P0402")


def cancel(stub: "Stub", service: Service, asked: dict[str, Any], payment: str) -> Answer:
    """Cancel a payment that is not finished."""
    found = _find(stub, service, payment, "P0500")
    if found.finished:
        raise Denied(409, "P0502")
    stub.end(found, records.CANCELLED_BY_SERVICE, "card_payment_failed")
    return 204, None


def capture(stub: "Stub", service: Service, asked: dict[str, Any], payment: str) -> Answer:
    """Take money that was reserved."""
    found = _find(stub, service, payment, "P1000")
    if not found.asked.get("delayed_capture"):
        raise Denied(400, "P1001")
    if found.status != "capturable":
        raise Denied(409, "P1003")
    stub.succeed(found)
    return 204, None


def refund(stub: "Stub", service: Service, asked: dict[str, Any], payment: str) -> Answer:
    """Give money back, unless somebody else has meanwhile given back some."""
    found = _find(stub, service, payment, "P0600")
    if found.refund_status != "available":
        raise Denied(400, "P0603")
    available = found.total - found.refunded
    if asked.get("refund_amount_available", available) != available:
        raise Denied(412, "P0604")
    if not 1 <= asked["amount"] <= available:
        raise Denied(422, "P0602", "amount")
    entry = Refund(payment=found, amount=asked["amount"])
    found.refunds.append(entry)
    if stub.refunds_finish_at_once:
        stub.finish_refund(entry)
    return 202, answers.refund(entry, url=stub.url)


def refunds_of(stub: "Stub", service: Service, asked: Mapping[str, str], payment: str) -> Answer:
    """Show the refunds of a payment, as far as the list has caught up."""
    found = _find(stub, service, payment, "P0800")
    shown = [entry for entry in found.refunds if _shown(entry.created, {}, lag=stub.search_lag)]
    return 200, answers.refunds_of(found, shown, url=stub.url)


def read_refund(
    stub: "Stub", service: Service, asked: Mapping[str, str], payment: str, refund: str
) -> Answer:
    """Show a refund as it is now."""
    for entry in _find(stub, service, payment, "P0700").refunds:
        if entry.refund_id == refund:
            return 200, answers.refund(entry, url=stub.url)
    raise Denied(404, "P0700")


def search_refunds(stub: "Stub", service: Service, asked: Mapping[str, str]) -> Answer:
    """Show refunds, the newest first, as far as the search has caught up."""
    found = [
        entry
        for payment in stub.payments.values()
        if payment.service is service
        for entry in payment.refunds
        if _shown(entry.created, asked, lag=stub.search_lag)
    ]
    return _page(stub, found, asked, answers.refund, "/v1/refunds", "P1100")


def search_disputes(stub: "Stub", service: Service, asked: Mapping[str, str]) -> Answer:
    """Show disputes, the newest first."""
    found = [
        entry
        for payment in stub.payments.values()
        if payment.service is service
        for entry in payment.disputes
        if _shown(entry.created, asked, lag=timedelta(0))
    ]
    return _page(stub, found, asked, answers.dispute, "/v1/disputes", "P0402", links="links")


#: How each operation is asked for, and what does it.
OPERATIONS: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("POST", r"/v1/payments", create),
    ("GET", r"/v1/payments", search),
    ("GET", r"/v1/payments/(?P<payment>[^/]+)", read),
    ("GET", r"/v1/payments/(?P<payment>[^/]+)/events", events),
    ("POST", r"/v1/payments/(?P<payment>[^/]+)/cancel", cancel),
    ("POST", r"/v1/payments/(?P<payment>[^/]+)/capture", capture),
    ("POST", r"/v1/payments/(?P<payment>[^/]+)/refunds", refund),
    ("GET", r"/v1/payments/(?P<payment>[^/]+)/refunds", refunds_of),
    ("GET", r"/v1/payments/(?P<payment>[^/]+)/refunds/(?P<refund>[^/]+)", read_refund),
    ("GET", r"/v1/refunds", search_refunds),
    ("GET", r"/v1/disputes", search_disputes),
)


def operation_at(method: str, path: str) -> tuple[Callable[..., Answer], dict[str, str]]:
    """Return the operation asked for, and the ids in its address. Raises ``LookupError``."""
    for wanted, pattern, operation in OPERATIONS:
        match = re.fullmatch(pattern, path)
        if wanted == method and match:
            return operation, match.groupdict()
    raise LookupError(f"GOV.UK Pay has no {method} {path}")


def _find(stub: "Stub", service: Service, payment_id: str, unknown: str) -> Payment:
    payment = stub.payments.get(payment_id)
    if payment is None or payment.service is not service:
        raise Denied(404, unknown)
    return payment


def _shown(created: datetime, asked: Mapping[str, str], *, lag: timedelta) -> bool:
    """Return whether a search shows what was created then: ``[from_date, to_date)``."""
    since, until = asked.get("from_date"), asked.get("to_date")
    return (
        timezone.now() - created >= lag
        and not (since and created < datetime.fromisoformat(since))
        and not (until and created >= datetime.fromisoformat(until))
    )


def _page(
    stub: "Stub",
    entries: list[Any],
    asked: Mapping[str, str],
    show: Callable[..., dict[str, Any]],
    path: str,
    beyond: str,
    links: str = "_links",
) -> Answer:
    page = answers.page(
        sorted(entries, key=lambda entry: entry.created, reverse=True),
        number=int(asked.get("page", 1)),
        size=min(PAGE, int(asked.get("display_size", PAGE))),
        address=stub.url + path,
        show=lambda entry: show(entry, url=stub.url),
        links=links,
    )
    if page is None:
        raise Denied(404, beyond)
    return 200, page

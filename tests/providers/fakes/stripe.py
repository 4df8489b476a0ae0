"""Stripe, as far as Checkout, refunds and disputes go."""

import re
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.utils import timezone

from .serving import Fake, Heard


CARD = {"brand": "visa", "last4": "4242", "country": "GB", "funding": "credit"}


@dataclass
class StripeFake(Fake):
    """Remembers sessions, intents, charges, refunds and disputes by their ids."""

    refusal: ClassVar[dict[str, Any]] = {
        "error": {"type": "invalid_request_error", "code": "parameter_invalid", "message": "No"}
    }
    key: str = "sk_test_key"
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    charges: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    once: dict[str, tuple[bytes, tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    #: Whether a search can't see anything yet.
    search_lags: bool = False

    def answer(self, heard: Heard) -> tuple[int, dict[str, Any]]:
        """Do what is asked, once for each key of idempotency."""
        if heard.headers.get("authorization") != f"Bearer {self.key}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API key"}}
        asked = dict(parse_qsl(heard.query if heard.method == "GET" else heard.body.decode()))
        key = heard.headers.get("idempotency-key") if heard.method == "POST" else None
        if key in self.once:
            body, answer = self.once[key]
            if body != heard.body:
                return 400, _error("idempotency_error", "")
            return answer
        answer = self._route(heard.method, heard.path.removeprefix("/v1/"), asked)
        if key is not None:
            self.once[key] = heard.body, answer
        return answer

    def pay(self, session_id: str, *, card: dict[str, Any] | None = None) -> None:
        """Let a payer pay on Stripe's page."""
        session = self.sessions[session_id]
        assert session["status"] == "open"
        manual = session["_capture"] == "manual"
        intent_id = f"pi_{token_hex(12)}"
        charge_id = f"ch_{token_hex(12)}"
        amount = session["amount_total"]
        self.charges[charge_id] = {
            "id": charge_id,
            "object": "charge",
            "amount": amount,
            "amount_captured": 0 if manual else amount,
            "amount_refunded": 0,
            "balance_transaction": None if manual else _balance(amount),
            "billing_details": {"email": "payer@example.org", "name": "A Payer"},
            "captured": not manual,
            "created": _now(),
            "disputed": False,
            "paid": True,
            "payment_intent": intent_id,
            "payment_method_details": {"type": "card", "card": card or CARD},
        }
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "cancellation_reason": None,
            "created": _now(),
            "currency": "gbp",
            "latest_charge": charge_id,
            "metadata": session["_intent_metadata"],
            "status": "requires_capture" if manual else "succeeded",
        }
        session |= {
            "payment_intent": intent_id,
            "payment_status": "unpaid" if manual else "paid",
            "status": "complete",
            "url": None,
        }

    def run_out(self, session_id: str) -> None:
        """Let the time of a session be over."""
        self.sessions[session_id] |= {"status": "expired", "url": None}

    def let_go(self, session_id: str) -> None:
        """Let the reservation of a session run out."""
        intent = self.intents[self.sessions[session_id]["payment_intent"]]
        intent |= {"status": "canceled", "cancellation_reason": "automatic"}

    def make_refund(
        self, intent_id: str, amount: int, metadata: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Give money back, as from the API or the dashboard."""
        charge = self.charges[self.intents[intent_id]["latest_charge"]]
        charge["amount_refunded"] += amount
        refund = {
            "id": f"re_{token_hex(12)}",
            "object": "refund",
            "amount": amount,
            "charge": charge["id"],
            "created": _now(),
            "currency": "gbp",
            "metadata": metadata or {},
            "payment_intent": intent_id,
            "status": "succeeded",
        }
        self.refunds[refund["id"]] = refund
        return refund

    def dispute(self, session_id: str, **values: Any) -> dict[str, Any]:
        """Let a payer's bank take a payment back."""
        session = self.sessions[session_id]
        charge = self.charges[self.intents[session["payment_intent"]]["latest_charge"]]
        charge["disputed"] = True
        dispute = {
            "id": f"du_{token_hex(12)}",
            "object": "dispute",
            "amount": charge["amount"],
            "balance_transactions": [
                {"id": "txn_1", "amount": -charge["amount"], "fee": 2000, "net": -4000}
            ],
            "charge": charge["id"],
            "created": _now(),
            "currency": "gbp",
            "evidence_details": {"due_by": _now() + 86_400, "has_evidence": False},
            "payment_intent": session["payment_intent"],
            "reason": "fraudulent",
            "status": "needs_response",
        } | values
        self.disputes[dispute["id"]] = dispute
        return dispute

    def _route(self, method: str, path: str, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        match method, path.split("/"):
            case "POST", ["checkout", "sessions"]:
                return 200, self._show(self._new_session(asked), asked)
            case "GET", ["checkout", "sessions"]:
                rows = [
                    s
                    for s in self.sessions.values()
                    if asked.get("payment_intent") in (None, s["payment_intent"])
                ]
                return self._list(path, rows, asked)
            case "GET", ["checkout", "sessions", session_id] if session_id in self.sessions:
                return 200, self._show(self.sessions[session_id], asked)
            case "POST", ["checkout", "sessions", session_id] if session_id in self.sessions:
                self.sessions[session_id]["metadata"] |= _metadata(asked, "metadata")
                return 200, self._show(self.sessions[session_id], asked)
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                if self.sessions[session_id]["status"] != "open":
                    return 400, _error("invalid_request_error", "")
                self.run_out(session_id)
                return 200, self._show(self.sessions[session_id], asked)
            case "GET", ["payment_intents", "search"]:
                return self._search(asked["query"])
            case "POST", ["payment_intents", intent_id, "capture"]:
                return self._capture(self.intents[intent_id])
            case "POST", ["payment_intents", intent_id, "cancel"]:
                intent = self.intents[intent_id] | {"status": "canceled"}
                self.intents[intent_id] = intent
                return 200, intent
            case "POST", ["refunds"]:
                return self._refund(asked)
            case "GET", ["refunds"]:
                rows = [
                    r
                    for r in self.refunds.values()
                    if asked.get("payment_intent") in (None, r["payment_intent"])
                ]
                return self._list(path, rows, asked)
            case "GET", ["refunds", refund_id] if refund_id in self.refunds:
                return 200, self.refunds[refund_id]
            case "GET", ["disputes"]:
                return self._list(path, list(self.disputes.values()), asked)
        return 404, _error("invalid_request_error", "resource_missing")

    def _new_session(self, asked: dict[str, str]) -> dict[str, Any]:
        session_id = f"cs_test_{token_hex(29)}"
        session = {
            "id": session_id,
            "object": "checkout.session",
            "amount_total": int(asked["line_items[0][price_data][unit_amount]"]),
            "client_reference_id": asked["client_reference_id"],
            "created": _now(),
            "currency": asked["line_items[0][price_data][currency]"],
            "customer_email": asked.get("customer_email"),
            "expires_at": int(asked["expires_at"]),
            "livemode": False,
            "metadata": _metadata(asked, "metadata"),
            "mode": asked["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.example/c/pay/{session_id}",
            "_capture": asked["payment_intent_data[capture_method]"],
            "_intent_metadata": _metadata(asked, "payment_intent_data[metadata]"),
        }
        self.sessions[session_id] = session
        return session

    def _show(self, session: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        """Return a session with as much inside as is asked for, and no more."""
        wanted = "".join(value for name, value in asked.items() if name.startswith("expand"))
        shown = {name: value for name, value in session.items() if not name.startswith("_")}
        if "payment_intent" in wanted and session["payment_intent"]:
            intent = dict(self.intents[session["payment_intent"]])
            charge = dict(self.charges[intent["latest_charge"]])
            if "balance_transaction" not in wanted:
                charge["balance_transaction"] = "txn_not_asked_for"
            intent["latest_charge"] = charge if "latest_charge" in wanted else charge["id"]
            shown["payment_intent"] = intent
        return shown

    def _list(
        self, path: str, rows: list[dict[str, Any]], asked: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        rows = [
            row
            for row in rows
            if int(asked.get("created[gte]", 0)) <= row["created"]
            and row["created"] < int(asked.get("created[lt]", 2**40))
        ]
        rows.reverse()  # the newest first
        if after := asked.get("starting_after"):
            rows = rows[[row["id"] for row in rows].index(after) + 1 :]
        size = min(self.page, int(asked["limit"]))
        shown = [
            self._show(row, asked) if row["object"] == "checkout.session" else row
            for row in rows[:size]
        ]
        return 200, {
            "object": "list",
            "url": f"/v1/{path}",
            "has_more": len(rows) > size,
            "data": shown,
        }

    def _search(self, query: str) -> tuple[int, dict[str, Any]]:
        """Find more than was asked for: who searches has to look closely."""
        match = re.fullmatch(r"metadata\['reference'\]:'((?:[^'\\]|\\.)*)'", query)
        if match is None:
            return 400, _error("invalid_request_error", "")
        wanted = re.sub(r"\\(.)", r"\1", match[1]).casefold()
        found = [
            intent
            for intent in self.intents.values()
            if not self.search_lags
            and intent["metadata"].get("reference", "").casefold().startswith(wanted)
        ]
        return 200, {
            "object": "search_result",
            "url": "/v1/payment_intents/search",
            "has_more": False,
            "data": found,
        }

    def _capture(self, intent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if intent["status"] != "requires_capture":
            return 400, _error("invalid_request_error", "payment_intent_unexpected_state")
        intent["status"] = "succeeded"
        charge = self.charges[intent["latest_charge"]]
        charge |= {
            "captured": True,
            "amount_captured": charge["amount"],
            "balance_transaction": _balance(charge["amount"]),
        }
        return 200, intent

    def _refund(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        intent = self.intents[asked["payment_intent"]]
        charge = self.charges[intent["latest_charge"]]
        left = charge["amount_captured"] - charge["amount_refunded"]
        if not left:
            return 400, _error("invalid_request_error", "charge_already_refunded")
        if int(asked["amount"]) > left:
            return 400, _error("invalid_request_error", "amount_too_large")
        return 200, self.make_refund(
            intent["id"], int(asked["amount"]), _metadata(asked, "metadata")
        )


def _metadata(asked: dict[str, str], prefix: str) -> dict[str, str]:
    start = f"{prefix}["
    return {
        name.removeprefix(start).removesuffix("]"): value
        for name, value in asked.items()
        if name.startswith(start)
    }


def _balance(amount: int) -> dict[str, Any]:
    return {"id": "txn_0", "object": "balance_transaction", "amount": amount, "fee": 42}


def _error(kind: str, code: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "payer@example.org can't do that"}}


def _now() -> int:
    return int(timezone.now().timestamp())

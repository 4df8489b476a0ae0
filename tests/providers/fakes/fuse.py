"""Smartpay Fuse: its page for cards, its replies, its search and its refunds."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import randbelow
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django.utils import timezone

from .serving import Fake, Heard


SECRET = "a key of the profile"
ACCESS_KEY = "an access key"
PROFILE = "PROFILE-1"
MERCHANT = "anyborough"
API_KEY_ID = "key-id-1"
API_SECRET = base64.b64encode(b"a shared secret").decode()

PERSONAL = {"firstName": "A", "lastName": "Payer", "email": "payer@example.org"}


def signature(fields: Mapping[str, str], secret: str = SECRET) -> str:
    """Return what Barclaycard's documentation says of some fields."""
    text = ",".join(f"{name}={fields[name]}" for name in fields["signed_field_names"].split(","))
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


@dataclass
class FuseFake(Fake):
    """Remembers transactions, as its search shows them."""

    refusal: ClassVar[dict[str, Any]] = {
        "status": "INVALID_REQUEST",
        "reason": "INVALID_DATA",
        "message": "payer@example.org: One or more fields in the request contains invalid data",
    }
    secret: str = SECRET
    summaries: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, str]] = field(default_factory=list)
    sent_forms: set[str] = field(default_factory=set)
    #: Whether a search can't see anything yet.
    search_lags: bool = False

    def credential(self) -> dict[str, Any]:
        """Return what ``IMS["CREDENTIALS"]`` has to hold for an account here."""
        return {
            "api_key": ACCESS_KEY,
            "webhook_secrets": [self.secret],
            "extra": {
                "profile_id": PROFILE,
                "checkout_url": f"{self.url}/pay",
                "merchant_id": MERCHANT,
                "api_url": self.url,
                "api_key_id": API_KEY_ID,
                "api_secret": API_SECRET,
            },
        }

    def take_form(self, form: Mapping[str, str], decision: str = "ACCEPT") -> dict[str, str]:
        """Take a payer's form, let a card be typed, and return the fields of the reply."""
        assert form["signature"] == signature(form, self.secret), (
            "the form is not signed as documented"
        )
        assert form["access_key"] == ACCESS_KEY and form["profile_id"] == PROFILE
        used = form["transaction_uuid"] in self.sent_forms
        assert decision == "CANCEL" or not used, "the form was used before"
        said = {f"req_{name}": value for name, value in form.items() if name != "signature"}
        said |= {"decision": decision, "message": "Request was processed successfully."}
        if decision != "CANCEL":
            if decision == "ACCEPT":
                self.sent_forms.add(form["transaction_uuid"])
            flag = {"ACCEPT": "SOK", "REVIEW": "DREVIEW", "ERROR": "ESYSTEM"}.get(
                decision, "DCARDREFUSED"
            )
            said["transaction_id"] = self.sale(form["reference_number"], form["amount"], flag=flag)
            said["auth_amount"] = form["amount"]
        return reply(said, self.secret)

    def sale(self, reference: str, amount: str, *, flag: str = "SOK") -> str:
        """Charge a card; return the transaction's id."""
        applications = [
            {"name": "ics_auth", "rCode": "1" if flag == "SOK" else "0", "rFlag": flag},
            {"name": "ics_bill", "rFlag": flag if flag == "SOK" else ""},
        ]
        summary = self._transaction(reference, amount, applications)
        if flag == "SOK":
            summary["processorInformation"]["approvalCode"] = "831000"
        return summary["id"]

    def credit(self, reference: str, amount: str, defined: list[dict[str, str]]) -> str:
        """Give money back; return the transaction's id."""
        summary = self._transaction(reference, amount, [{"name": "ics_credit", "rFlag": "SOK"}])
        summary["merchantDefinedInformation"] = defined
        return summary["id"]

    def void(self, reference: str, amount: str) -> str:
        """Undo a payment before its money moves; return the transaction's id."""
        return self._transaction(reference, amount, [{"name": "ics_void", "rFlag": "SOK"}])["id"]

    def answer(self, heard: Heard) -> tuple[int, dict[str, Any]]:
        """Show the page for cards; search or refund, for whoever has signed the request."""
        if heard.path == "/pay":
            self.visits.append(dict(parse_qsl(heard.body.decode())))
            return 200, {"page": "for cards"}
        if not _is_signed(heard):
            return 401, {"response": {"rmsg": "Authentication Failed"}}
        asked = json.loads(heard.body)
        if heard.path == "/tss/v2/searches":
            return self._search(asked)
        match = re.fullmatch(r"/pts/v2/payments/(\d+)/refunds", heard.path)
        assert match, heard.path
        return self._refund(match[1], asked)

    def _transaction(
        self, reference: str, amount: str, applications: list[dict[str, str]]
    ) -> dict[str, Any]:
        summary: dict[str, Any] = {
            "id": str(10**21 + randbelow(10**21)),
            "submitTimeUtc": timezone.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "merchantId": MERCHANT,
            "applicationInformation": {"applications": applications},
            "clientReferenceInformation": {"code": reference},
            "orderInformation": {
                "amountDetails": {"totalAmount": amount, "currency": "GBP"},
                "billTo": PERSONAL,
            },
            "paymentInformation": {"card": {"type": "001", "prefix": "411111", "suffix": "1111"}},
            "processorInformation": {"processor": {"name": "barclays2"}},
        }
        self.summaries.append(summary)
        return summary

    def _search(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        found = [] if self.search_lags else [s for s in self.summaries if _matches(s, asked)]
        size = min(self.page, asked["limit"])
        shown = found[asked["offset"] : asked["offset"] + size]
        answer: dict[str, Any] = {
            "searchId": "6f1e4e1a",
            "totalCount": len(found),
            "count": len(shown),
            "offset": asked["offset"],
            "query": asked["query"],
        }
        if shown:
            answer["_embedded"] = {"transactionSummaries": shown}
        return 201, answer

    def _refund(self, transaction_id: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        paid = next(s for s in self.summaries if s["id"] == transaction_id)
        code = paid["clientReferenceInformation"]["code"]
        wanted = asked["orderInformation"]["amountDetails"]
        given = sum(
            float(s["orderInformation"]["amountDetails"]["totalAmount"])
            for s in self.summaries
            if s["clientReferenceInformation"]["code"] == code
            and s["applicationInformation"]["applications"][0]["name"] == "ics_credit"
        )
        charged = float(paid["orderInformation"]["amountDetails"]["totalAmount"])
        if given + float(wanted["totalAmount"]) > charged or wanted["currency"] != "GBP":
            return 400, self.refusal | {"reason": "EXCEEDS_REFUND_AMOUNT"}
        refund_id = self.credit(
            asked["clientReferenceInformation"]["code"],
            wanted["totalAmount"],
            asked.get("merchantDefinedInformation", []),
        )
        return 201, {
            "id": refund_id,
            "status": "PENDING",
            "reconciliationId": "1",
            "clientReferenceInformation": asked["clientReferenceInformation"],
            "refundAmountDetails": {"refundAmount": wanted["totalAmount"], "currency": "GBP"},
        }


def reply(said: Mapping[str, str], secret: str = SECRET) -> dict[str, str]:
    """Return a reply with time and signature over all its fields."""
    fields = {**said, "signed_date_time": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    fields["signed_field_names"] = ",".join([*fields, "signed_field_names"])
    return {**fields, "signature": signature(fields, secret)}


def _matches(summary: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Say whether a query finds a transaction; a reference finds those that begin with it too."""
    assert asked["timezone"] == "Europe/London"
    query = asked["query"]
    at = datetime.fromisoformat(summary["submitTimeUtc"].replace("Z", "+00:00"))
    if match := re.fullmatch(r"submitTimeUtc:\[(\S+Z) TO (\S+Z)}", query):
        since, until = (datetime.fromisoformat(t.replace("Z", "+00:00")) for t in match.groups())
        return since <= at < until
    if match := re.fullmatch(r"id:((?:[^\s\\+\-:*?]|\\.)+)", query):
        return bool(summary["id"] == _plain(match[1]))
    match = re.fullmatch(
        r"clientReferenceInformation\.code:((?:[^\s\\+\-:*?]|\\.)+)"
        r" AND submitTimeUtc:\[NOW/DAY-(\d+)DAYS TO NOW/DAY\+1DAY}",
        query,
    )
    assert match, f"this query means something else than it says: {query}"
    days = (timezone.now() - at).days
    code = summary["clientReferenceInformation"]["code"]
    return bool(code.startswith(_plain(match[1])) and days <= int(match[2]))


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _is_signed(heard: Heard) -> bool:
    """Check a request as the documentation says, from what came over the wire."""
    parts = dict(re.findall(r'(\w+)="([^"]*)"', heard.headers.get("signature", "")))
    digest = base64.b64encode(hashlib.sha256(heard.body).digest()).decode()
    lines = {
        **heard.headers,
        "request-target": f"{heard.method.lower()} {heard.path}",
        "digest": f"SHA-256={digest}",
    }
    text = "\n".join(f"{name}: {lines[name]}" for name in parts.get("headers", "").split())
    made = base64.b64encode(hmac.digest(base64.b64decode(API_SECRET), text.encode(), "sha256"))
    return (
        parts.get("signature") == made.decode()
        and parts["keyid"] == API_KEY_ID
        and {"host", "v-c-date", "request-target", "digest", "v-c-merchant-id"}
        <= set(parts["headers"].split())
        and heard.headers["digest"] == lines["digest"]
    )

"""Replies: what Smartpay Fuse has the payer's browser send back, and sends us itself.

A reply is a reason to look and nothing more: whether money was taken is asked of the API. Forms and
replies are signed with the same key, and a payer can read our form in the browser. So a message
counts as a reply only when the fields that no form has are under the signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from .models import FusePayment
from .signing import NAMES, signed_names, signed_with


class Decision(StrEnum):
    """What Smartpay Fuse says became of the payer's visit."""

    ACCEPT = "ACCEPT"
    REVIEW = "REVIEW"
    DECLINE = "DECLINE"
    CANCEL = "CANCEL"
    ERROR = "ERROR"


#: Must be signed, and only replies have them: a form says ``amount``, a reply ``req_amount``.
REQUIRED = frozenset(
    {NAMES, "signed_date_time", "decision", "req_reference_number", "req_amount", "req_currency"}
)
#: Must be signed as well, unless the payer gave up before there was a transaction.
OF_A_TRANSACTION = "transaction_id"
#: After these, money may have been taken whatever is said later.
MAY_HAVE_PAID = frozenset({Decision.ACCEPT, Decision.REVIEW})


class NotAReply(ValueError):
    """Not signed by Smartpay Fuse, or not what it signs in a reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply whose signature was checked."""

    reference: str
    decision: Decision
    transaction_id: str
    signed_at: str
    secret_number: int


def fields_of(body: bytes) -> dict[str, str]:
    """Return the fields of a form as it was sent. Raises ``NotAReply``."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=500
        )
    except ValueError as error:
        raise NotAReply("it can't be read") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotAReply("a field is there twice")
    return fields


def checked(*, fields: Mapping[str, str], secrets: Sequence[str]) -> Reply:
    """Return what a reply says. Raises ``NotAReply``."""
    number = signed_with(secrets=secrets, fields=fields)
    if number is None:
        raise NotAReply("the signature is not of one of our secrets")
    signed = set(signed_names(fields))
    if not signed >= REQUIRED:
        raise NotAReply("what makes it a reply is not signed")
    # Names and values are signed as one text, and payers choose some values: who hides a decision
    # in a name could have the same text read as other fields.
    if any(f"{name}=" in fields[of] for of in signed for name in (*REQUIRED, OF_A_TRANSACTION)):
        raise NotAReply("a field hides in another")
    try:
        decision = Decision(fields["decision"])
    except ValueError:
        decision = Decision.ERROR
    if decision != Decision.CANCEL and OF_A_TRANSACTION not in signed:
        raise NotAReply("its transaction is not signed")
    return Reply(
        reference=fields["req_reference_number"],
        decision=decision,
        transaction_id=fields["transaction_id"] if OF_A_TRANSACTION in signed else "",
        signed_at=fields["signed_date_time"],
        secret_number=number,
    )


def remember(reply: Reply) -> None:
    """Note a reply beside its payment. One that may have taken money stands against the others."""
    payments = FusePayment.objects.filter(reference=reply.reference)
    if reply.decision not in MAY_HAVE_PAID:
        payments = payments.exclude(decision__in=MAY_HAVE_PAID)
    payments.update(decision=reply.decision)

"""Every way in which the stub can be told to misbehave."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Reply:
    """An answer instead of the right one: a status, and GOV.UK Pay's code unless it is bare."""

    status: int
    code: str = ""
    field: str = ""
    body: bytes = b""
    location: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Misbehaviour:
    """Whether the request is carried out, and what is answered: a reply, silence or half of it."""

    accepts: bool
    reply: Reply | None = None
    silent: bool = False
    cut_off: bool = False


#: The code of "downstream system error" is another for each operation.
DOWNSTREAM = {
    "create": "P0198",
    "read": "P0298",
    "events": "P0398",
    "search": "P0498",
    "cancel": "P0598",
    "capture": "P1098",
    "refund": "P0698",
    "read_refund": "P0798",
    "refunds_of": "P0898",
    "search_refunds": "P1898",
    "search_disputes": "P0498",
}


class Fault(Enum):
    """``AFTER_ACCEPTING`` has done what was asked for, whatever the client is told."""

    #: No answer within the client's patience.
    TIMEOUT_BEFORE_ACCEPTING = Misbehaviour(accepts=False, silent=True)
    TIMEOUT_AFTER_ACCEPTING = Misbehaviour(accepts=True, silent=True)
    #: The connection breaks at once, without an answer.
    DROP_BEFORE_ACCEPTING = Misbehaviour(accepts=False, cut_off=True)
    DROP_AFTER_ACCEPTING = Misbehaviour(accepts=True, cut_off=True)
    #: 500 with the operation's own code.
    ERROR_BEFORE_ACCEPTING = Misbehaviour(accepts=False, reply=Reply(500, "downstream"))
    ERROR_AFTER_ACCEPTING = Misbehaviour(accepts=True, reply=Reply(500, "downstream"))
    DOWN = Misbehaviour(accepts=False, reply=Reply(503, "P0999"))
    BAD_GATEWAY = Misbehaviour(accepts=False, reply=Reply(502, body=b"<h1>Bad gateway</h1>"))
    #: Done, but the answer can't be read.
    GARBAGE_AFTER_ACCEPTING = Misbehaviour(accepts=True, reply=Reply(200, body=b'{"payment_id'))
    RATE_LIMITED = Misbehaviour(accepts=False, reply=Reply(429, "P0900"))
    #: A 401 has no JSON to be read.
    REVOKED = Misbehaviour(accepts=False, reply=Reply(401, body=b"Credentials are required"))
    NOT_LINKED = Misbehaviour(accepts=False, reply=Reply(403, "P0940"))
    DISABLED = Misbehaviour(accepts=False, reply=Reply(403, "P0941"))
    BLOCKED = Misbehaviour(accepts=False, reply=Reply(400, "P0920"))
    REDIRECT = Misbehaviour(accepts=False, reply=Reply(302, location="https://elsewhere.example/"))

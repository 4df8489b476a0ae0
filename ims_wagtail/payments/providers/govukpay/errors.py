"""Every error code of GOV.UK Pay's API, and what it tells us. Each is mapped on purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What is certain after an error."""

    #: Nothing was done, and asking again in the same way will not change that.
    REFUSED = "refused"
    #: Nothing was done, and nothing will be for anybody who asks with this key.
    ACCOUNT = "account"
    #: Nothing was done, because too much was asked at once.
    BUSY = "busy"
    #: There is no such payment or refund.
    NOT_FOUND = "not_found"
    #: The pages of a search have come to their end.
    END = "end"
    #: The payment has gone too far, or not far enough, for what was asked.
    TOO_LATE = "too_late"
    #: It may or may not have been done.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Code:
    """One code: the HTTP statuses it comes with, what it tells us, what GOV.UK Pay says by it."""

    statuses: tuple[int, ...]
    meaning: Meaning
    words: str


R, A, B, N, E, T, U = (
    Meaning.REFUSED,
    Meaning.ACCOUNT,
    Meaning.BUSY,
    Meaning.NOT_FOUND,
    Meaning.END,
    Meaning.TOO_LATE,
    Meaning.UNKNOWN,
)

#: What its firewall answers.
BLOCKED = "P0920"

#: In the order of GOV.UK Pay's own list: creating, reading, searching, cancelling, capturing,
#: refunding, everything, and what we don't use (authorising with an API, agreements).
CODES: Mapping[str, Code] = {
    "P0101": Code((400,), R, "A mandatory attribute is missing"),
    "P0102": Code((422, 400), R, "A value is not valid"),
    "P0103": Code((400,), R, "The agreement to be set up does not exist"),
    "P0104": Code((400,), R, "An attribute is not allowed here"),
    "P0105": Code((400,), R, "The reference looks like a card number"),
    "P0191": Code((409,), R, "The idempotency key was used before"),
    "P0195": Code((422,), R, "The account may not authorise payments with the API"),
    "P0196": Code((422,), R, "The account may not take telephone payments"),
    "P0197": Code((400,), R, "The request could not be read"),
    "P0198": Code((500,), U, "Something behind GOV.UK Pay failed"),
    # A 500 whose only cause in the service's source is that it does not know the key's account.
    "P0199": Code((500,), A, "There is an error with the account"),
    "P0200": Code((404,), N, "No such payment"),
    "P0298": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0300": Code((404,), N, "No such payment"),
    "P0398": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0401": Code((422,), R, "A filter is not valid"),
    "P0402": Code((404,), E, "The page lies beyond the last one"),
    "P0498": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0500": Code((404,), N, "No such payment"),
    "P0501": Code((400,), T, "The payment can't be cancelled"),
    "P0502": Code((409,), T, "The payment is finished, or changing at this moment"),
    "P0598": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P1000": Code((404,), N, "No such payment"),
    "P1001": Code((400,), T, "The payment can't be captured"),
    "P1003": Code((409,), T, "The payment does not wait to be captured"),
    "P1098": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0600": Code((404,), N, "No such payment"),
    "P0601": Code((400,), R, "A mandatory attribute is missing"),
    "P0602": Code((422,), R, "A value is not valid"),
    "P0603": Code((400,), R, "The payment can't be refunded, or is disputed"),
    "P0604": Code((412,), R, "Somebody else has refunded some of it meanwhile"),
    "P0697": Code((400,), R, "The request could not be read"),
    "P0698": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0700": Code((404,), N, "No such refund"),
    "P0798": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0800": Code((404,), N, "No such payment"),
    "P0898": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P1100": Code((404,), E, "The page lies beyond the last one"),
    "P1101": Code((422,), R, "A filter is not valid"),
    "P1898": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P0900": Code((429,), B, "Too many requests"),
    "P0920": Code((400, 422), R, "Blocked by the firewall, or the return address is not HTTPS"),
    "P0930": Code((403,), R, "The account may not use this part of the API"),
    "P0940": Code((403,), A, "The account is not linked with a payment service provider"),
    "P0941": Code((403,), A, "GOV.UK Pay has disabled the account"),
    "P0942": Code((422,), R, "The account may not take recurring payments"),
    "P0999": Code((500, 502, 503, 504), U, "GOV.UK Pay is down"),
    "P0010": Code((402,), R, "The card was refused"),
    "P0050": Code((500,), U, "The card could not be authorised"),
    "P1211": Code((400,), R, "The one-time token is not valid"),
    "P1212": Code((400,), R, "The one-time token was used before"),
    "P2101": Code((400,), R, "A mandatory attribute is missing"),
    "P2102": Code((422,), R, "A value is not valid"),
    "P2197": Code((400,), R, "The request could not be read"),
    "P2198": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P2200": Code((404,), N, "No such agreement"),
    "P2298": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P2401": Code((422,), R, "A filter is not valid"),
    "P2402": Code((404,), E, "The page lies beyond the last one"),
    "P2498": Code((500,), U, "Something behind GOV.UK Pay failed"),
    "P2500": Code((404,), N, "No such agreement"),
    "P2501": Code((400,), T, "The agreement can't be cancelled"),
    "P2598": Code((500,), U, "Something behind GOV.UK Pay failed"),
}

#: What a status tells when it comes without a code that we know. 408 is not here: a request that
#: took too long to arrive may have arrived after all.
STATUSES: Mapping[int, Meaning] = {
    401: Meaning.ACCOUNT,
    404: Meaning.NOT_FOUND,
    409: Meaning.TOO_LATE,
    429: Meaning.BUSY,
    **dict.fromkeys((400, 402, 403, 405, 406, 410, 411, 412, 413, 414, 415, 422), Meaning.REFUSED),
}


def meaning_of(*, status: int, code: str = "") -> Meaning:
    """Return what an error tells. What we know nothing of may have been done."""
    known = CODES.get(code)
    return known.meaning if known else STATUSES.get(status, Meaning.UNKNOWN)

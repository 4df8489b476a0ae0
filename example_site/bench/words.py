"""What stands in a made-up book: names, streets and amounts, common ones and rare ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.ledger.enums import PostingKind


SERVICES = (
    "COUNCIL TAX",
    "BUSINESS RATES",
    "HOUSING RENT",
    "PARKING FINE",
    "GARDEN WASTE",
    "SUNDRY DEBT",
    "PLANNING FEE",
    "LICENSING",
    "LEISURE CENTRE",
    "LIBRARY",
    "BENEFIT OVERPAYMENT",
    "BUILDING CONTROL",
)
FORENAMES = (
    "Aisha Alan Alice Amir Angharad Anna Ben Bethan Carys Chloe Daniel David Dylan Elin Emily"
    " Emma Farah George Grace Gwen Hannah Harry Huw Ian Isaac Jack James Jane Joan John Karen"
    " Kofi Liam Lucy Maria Mark Megan Mohammed Nia Noah Olivia Owen Paul Peter Priya Rhys Rosa"
    " Ruth Sam Sara Sian Sofia Susan Thomas Tomos Uma Victor Wei Yusuf Zoe"
).split()
COMMON_SURNAMES = "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Roberts".split()
_STARTS = "Ash Bar Black Brad Brook Carr Down El Far Gar Green Hal Hart Hol Hud Ken Kirk".split()
_MIDDLES = "a el er ing le o on s ter y".split()
_ENDS = (
    "bury by cock combe cott croft dale field ford gate ham hurst land ley more over ridge shaw"
    " son stead stone ton ward well wick wood worth"
).split()
SURNAMES = [start + middle + end for start in _STARTS for middle in _MIDDLES for end in _ENDS]
STREETS = [
    f"{start}{end} {kind}"
    for start in _STARTS
    for end in _ENDS
    for kind in ("Street", "Road", "Avenue", "Close")
]
#: Half of all amounts are one of these; pence.
PRICES = (3500, 4500, 7000, 12000, 15650, 1250, 990)
#: Up to which share of the postings, why money came, and how it was paid.
_KINDS = (
    (0.44, PostingKind.PAYMENT, MethodKind.CARD_ONLINE),
    (0.47, PostingKind.PAYMENT, MethodKind.CARD_TELEPHONE),
    (0.85, PostingKind.IMPORT, MethodKind.EXTERNAL),
    (0.90, PostingKind.STAFF_RECEIPT, MethodKind.CARD_STAFF),
    (0.95, PostingKind.STAFF_RECEIPT, MethodKind.CASH),
    (0.97, PostingKind.STAFF_RECEIPT, MethodKind.CHEQUE),
    (0.975, PostingKind.STAFF_RECEIPT, MethodKind.POST),
    (1.0, PostingKind.ERETURN, MethodKind.CASH),
)
_SIZES = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)

Something = TypeVar("Something")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who pays."""

    name: str
    address: str
    postcode: str
    email: str


def pick(among: Sequence[Something], chance: random.Random) -> Something:
    """Return one of many."""
    return among[int(len(among) * chance.random())]


def pick_unevenly(among: Sequence[Something], chance: random.Random) -> Something:
    """Return one of many, the first ones far more often than the last ones."""
    return among[int(len(among) * chance.random() ** 3)]


def pick_kind(chance: random.Random) -> tuple[PostingKind, MethodKind]:
    """Return why money came and how it was paid."""
    drawn = chance.random()
    return next((kind, method) for upto, kind, method in _KINDS if drawn < upto)


def pick_size(kind: PostingKind, chance: random.Random) -> int:
    """Return how many lines a posting has: one when it came in a file, one to three otherwise."""
    return 1 if kind == PostingKind.IMPORT else pick(_SIZES, chance)


def pick_pence(chance: random.Random) -> int:
    """Return an amount."""
    common = chance.random() < 0.5
    return pick(PRICES, chance) if common else 100 + int(chance.random() * 250_000)


def pick_person(chance: random.Random) -> Person:
    """Return somebody; one in five has a common name."""
    forename = pick(FORENAMES, chance)
    common = chance.random() < 0.2
    surname = pick(COMMON_SURNAMES if common else SURNAMES, chance)
    number = int(chance.random() * 190) + 1
    return Person(
        name=f"{forename} {surname}",
        address=f"{number} {pick(STREETS, chance)}, Anyborough",
        postcode=f"AB{int(chance.random() * 60) + 1} {int(chance.random() * 9) + 1}"
        f"{pick('ABDEFGHJ', chance)}{pick('LNPQRSTU', chance)}",
        email=f"{forename}.{surname}{number}@example.org".lower(),
    )

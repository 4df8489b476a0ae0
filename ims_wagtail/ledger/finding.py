"""One box that understands whatever a caller on the phone can tell.

One of our references, a day, an amount with its pence, an e-mail and a postcode are what they look
like. Any other word is read as all that it may be: an amount, the last four digits of a card, an
account reference or its start, a receipt or PSP reference, a word of a payer's name or of a
narrative. A transaction is found when every word fits; words that very many transactions have are
looked for together, in the payer's name or in the narrative.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from ims_wagtail.access.long_lists import BOUND
from ims_wagtail.access.policy import Scope
from ims_wagtail.clock import LONDON
from ims_wagtail.money import AmountError, parse_amount

from .lookups import containing, is_long_enough
from .models import PayerDetails, Transaction
from .references import is_well_formed


#: Nobody types more, and each word costs a look into several indexes.
LONGEST, MOST_WORDS = 120, 8
#: Up to so many lines that fit a word are named by their keys. The newest of more are met soon by
#: who reads from the newest line on.
FEW = BOUND
#: So many among so many of the newest lines make a word a common one. A page of them then lies
#: within the newest 25,000 or so, which are read sooner than an index yields all lines of the book.
_COMMON, _NEWEST = 20, 10_000
#: Shorter words than that fit nearly everything.
_SHORTEST = 3

_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
_POUNDS_AND_PENCE = re.compile(r"-?£?[0-9,]+\.[0-9]{2}|-?£[0-9,]+")
_DAY_FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, and whether every word fits so many lines that counting them would take long."""

    rows: QuerySet[Transaction]
    too_many_to_count: bool


def find(*, rows: QuerySet[Transaction], typed: str, payers: Scope) -> Found:
    """Find the transactions among ``rows`` that everything typed fits; none when nothing is read.

    Payers are looked for in the funds of ``payers`` only: where the reader may know them.

    What can mean one thing only narrows the search first. Each reading of another word is then
    looked up in its own index. Few lines are named by their keys; many are met at once by who
    reads the newest lines, one by one. An OR for a rare word, or all the keys for a common one,
    would both read the whole book.
    """
    words = list(_words_of(typed.replace("\x00", "").strip()[:LONGEST]))[:MOST_WORDS]
    if not words:
        return Found(rows.none(), too_many_to_count=False)
    certain = Q()
    others: list[tuple[str, list[Q]]] = []
    for word in words:
        if condition := _certain(word, payers):
            certain &= condition
        else:
            readings = [reading for read in _READINGS for reading in read(word, payers)]
            others.append((word, readings))
    common: list[tuple[str, list[Q]]] = []
    named = Q()
    for word, readings in others:
        condition = None if _is_common(readings, among=certain) else _named(readings, among=certain)
        if condition is None:
            common.append((word, readings))
        else:
            named &= condition
    rows = rows.filter(certain, named)
    few = bool(certain or named)
    texts = [word for word, _readings in common if _is_word(word)]
    if len(texts) > 1:
        common = [(word, readings) for word, readings in common if word not in texts]
        together = _together(texts, payers)
        condition = None
        if not (named or _is_common(together, among=certain)):
            condition = _named(together, among=certain)
        few = few or condition is not None
        rows = rows.filter(condition or reduce(or_, together))
    for _word, readings in common:
        rows = rows.filter(reduce(or_, readings))
    return Found(rows, too_many_to_count=not few)


def _words_of(typed: str) -> Iterator[str]:
    """Yield the words, a postcode's two halves as one."""
    end = 0
    for found in _POSTCODE.finditer(typed):
        yield from typed[end : found.start()].split()
        yield found[0]
        end = found.end()
    yield from typed[end:].split()


def _certain(word: str, payers: Scope) -> Q | None:
    """Return the condition of a word that can mean one thing only; ``None`` for other words."""
    if day := _day(word):
        return Q(entered_at__gte=_midnight(day), entered_at__lt=_midnight(day + timedelta(days=1)))
    if _POUNDS_AND_PENCE.fullmatch(word):
        return next(_as_amount(word, payers), Q(pk__in=[]))
    exact = _exact(word, payers)
    if not exact or not Transaction.objects.filter(exact).exists():
        return None
    return _named([exact], among=Q()) or exact


def _exact(word: str, payers: Scope) -> Q:
    """Return what a word says when it is written like a reference of ours, e-mail or postcode."""
    if is_well_formed(word.upper()):
        return Q(reference=word.upper()) | Q(receipt_number=word.upper())
    if payers and ("@" in word or _POSTCODE.fullmatch(word)):
        known = PayerDetails.objects.filter(payers_known_by(word)[0]).values("posting")
        return _where_known(Q(posting__in=known), payers)
    return Q()


def _named(readings: list[Q], *, among: Q) -> Q | None:
    """Return the condition that names the lines of any reading, or ``None``: they are many.

    Only lines that are ``among`` others are looked for.
    """
    if not readings:
        return Q(pk__in=[])
    lines = Transaction.objects.filter(among).order_by()
    found = [lines.filter(reading).values("pk") for reading in readings]
    some = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    keys = [row["pk"] for row in some[: FEW + 1]]
    return Q(pk__in=keys) if len(keys) <= FEW else None


def _is_common(readings: list[Q], *, among: Q) -> bool:
    """Say whether the newest lines alone hold so many that a page of them is met soon.

    Who looks among few can't count on that.
    """
    if among or not readings:
        return False
    newest = Transaction.objects.order_by("-entered_at", "-pk").values("pk")[:_NEWEST]
    fitting = Transaction.objects.filter(pk__in=newest).filter(reduce(or_, readings))
    return fitting.order_by()[:_COMMON].count() == _COMMON


def _together(words: list[str], payers: Scope) -> list[Q]:
    """Return the readings of several words that stand in one place."""
    narrative = reduce(and_, (containing("narrative", word) for word in words))
    if not payers:
        return [narrative]
    name = reduce(and_, (containing("posting__payer__name", word) for word in words))
    return [_where_known(name, payers), narrative]


def _where_known(condition: Q, payers: Scope) -> Q:
    """Narrow what is said of a payer to the funds where the reader may know payers."""
    return condition if payers.every else condition & Q(fund__in=payers.fund_ids)


def _as_amount(word: str, payers: Scope) -> Iterator[Q]:
    if "." not in word and "£" not in word and len(word) > 5:
        return  # a long number without pence is a reference
    try:
        amount = parse_amount(word.lstrip("-"))
    except AmountError:
        return
    yield Q(amount__in=[amount, -amount])


def _day(word: str) -> date | None:
    for form in _DAY_FORMATS:
        try:
            return datetime.strptime(word, form).date()
        except ValueError:
            continue
    return None


def payers_known_by(text: str, *, to: str = "") -> list[Q]:
    """Return each way in which a payer may be meant by a text: e-mail, postcode, part of a name.

    ``to`` leads to the payer, as ``posting__payer__`` does from a line.
    """
    wanted = []
    if "@" in text:
        wanted.append(Q(**{f"{to}email__iexact": text}))
    if postcode := _POSTCODE.fullmatch(text):
        halves = f"{postcode[1]} {postcode[2]}".upper()
        wanted.append(Q(**{f"{to}postcode__in": [halves, halves.replace(" ", "")]}))
    if _is_word(text):
        wanted.append(containing(f"{to}name", text))
    return wanted


def _as_payer(word: str, payers: Scope) -> Iterator[Q]:
    if not payers:
        return
    # Joined, not a subquery: in an OR all its payers would be collected for the first line.
    wanted = payers_known_by(word, to="posting__payer__")
    if len(word) == 4 and word.isdecimal():
        wanted.append(Q(posting__payer__card_last_four=word))
    for condition in wanted:
        yield _where_known(condition, payers)


def _as_number(word: str, payers: Scope) -> Iterator[Q]:
    """Account references by their start; receipt and PSP references in full."""
    if len(word) >= _SHORTEST:
        text = word.upper().replace(" ", "")
        yield Q(account_reference__startswith=text)
        yield Q(receipt_number=text)
        yield Q(psp_reference=word)


def _as_narrative(word: str, payers: Scope) -> Iterator[Q]:
    if _is_word(word):
        yield containing("narrative", word)


_READINGS: tuple[Callable[[str, Scope], Iterator[Q]], ...] = (
    _as_amount,
    _as_payer,
    _as_number,
    _as_narrative,
)


def _is_word(word: str) -> bool:
    return is_long_enough(word) and any(letter.isalpha() for letter in word)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)

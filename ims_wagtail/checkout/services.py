"""Changing baskets. Every change takes the basket's row lock first and raises its version."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ims_wagtail.accounts.checks import check_payment
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.conf import ims_settings
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import PaymentType

from .answer_files import attach_files, forget_files
from .enums import AddOutcome, Duplicate, QuestionKind
from .models import LONGEST_ADDRESS, Basket, BasketLine
from .page_facts import PageFacts
from .questions import Answer, given_values
from .requests.claiming import move_use
from .selectors import OpenBasket, filled
from .taking_back import erase_unanswered


#: Of a line whose amount the page doesn't lay out.
NO_BASIS: Mapping[str, Any] = MappingProxyType({})


class BasketFull(Exception):
    """The basket holds as many lines as it may."""


class LineGone(Exception):
    """The line was removed or paid meanwhile."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a line: the basket it is in, and the line added or already there."""

    basket: Basket
    line: BasketLine
    outcome: AddOutcome


@transaction.atomic
def add_line(
    *,
    basket: Basket | None,
    payment_type: PaymentType,
    reference: str,
    amount: Decimal,
    answers: Sequence[Answer] = (),
    amount_basis: Mapping[str, Any] = NO_BASIS,
    page: PageFacts | None = None,
    duplicate: str = "",
    audience: Audience = Audience.PUBLIC,
) -> Added:
    """Put something checked by ``check_payment`` into the basket, making one when there is none.

    A reference already there for the same payment type is left alone and the outcome says so,
    unless ``duplicate`` (a ``Duplicate``) tells what to do with it. Raises ``BasketFull``, and
    ``PaymentRefused`` when the two amounts together may not be paid.
    """
    shopping = _locked(basket) if basket else OpenBasket(basket=None, lines=())
    basket = shopping.basket or Basket.objects.create()
    existing = _same(shopping.lines, payment_type, reference, answers)
    if existing is not None:
        outcome = _settle_duplicate(
            existing, amount, list(answers), dict(amount_basis), duplicate, audience
        )
        if outcome in (AddOutcome.REPLACED, AddOutcome.INCREASED):
            _changed(basket)
        return Added(basket=basket, line=existing, outcome=outcome)
    if len(shopping.lines) >= ims_settings().basket_lines:
        raise BasketFull
    line = BasketLine.objects.create(
        basket=basket,
        position=max((line.position for line in shopping.lines), default=0) + 1,
        payment_type=payment_type,
        account_reference=reference,
        amount=amount,
        answers=list(answers),
        amount_basis=dict(amount_basis),
        page_id=page.id if page else None,
        page_title=page.title if page else "",
        confirmation=page.confirmation if page else "",
        answer_days=page.answer_days if page else None,
    )
    attach_files(line=line, answers=answers)
    _changed(basket, services_url=_services_url(page) or basket.services_url)
    return Added(basket=basket, line=line, outcome=AddOutcome.ADDED)


@transaction.atomic
def change_line(
    *,
    basket: Basket,
    line_id: uuid.UUID,
    reference: str,
    amount: Decimal,
    answers: Sequence[Answer],
    amount_basis: Mapping[str, Any] = NO_BASIS,
    audience: Audience = Audience.PUBLIC,
) -> None:
    """Give a line another reference, amount or other answers.

    A line that comes to name the same account as another joins it, so that one account is never
    paid twice from one basket. Raises ``LineGone``, and ``PaymentRefused`` when the two together
    may not be paid.
    """
    shopping = _locked(basket)
    line = _line(shopping, line_id)
    others = tuple(other for other in shopping.lines if other.pk != line.pk)
    same = _same(others, line.payment_type, reference, answers)
    if same is not None:
        amount = _together(same, amount, audience)
        BasketLine.objects.filter(pk=same.pk).delete()
        move_use(old=same.pk, new=line.pk)
    BasketLine.objects.filter(pk=line.pk).update(
        account_reference=reference,
        amount=amount,
        answers=list(answers),
        amount_basis=dict(amount_basis),
    )
    _changed_answers(basket, line, answers)
    _changed(basket)


@transaction.atomic
def remove_line(*, basket: Basket, line_id: uuid.UUID) -> None:
    """Take a line out of the basket. Raises ``LineGone``."""
    line = _line(_locked(basket), line_id)
    BasketLine.objects.filter(pk=line.pk).delete()
    _changed(basket)


@transaction.atomic
def take_out(*, basket: Basket, refused: Mapping[uuid.UUID, Sequence[str]]) -> None:
    """Take out lines that today's rules refuse; the basket page tells the reasons."""
    lines = [line for line in _locked(basket).lines if line.pk in refused]
    told = [
        {
            "description": line.description,
            "reference": "" if line.has_fixed_reference else line.account_reference,
            "reasons": list(refused[line.pk]),
        }
        for line in lines
    ]
    BasketLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    _changed(basket, removed=told)


@transaction.atomic
def save_details(*, basket: Basket, details: Mapping[str, str]) -> None:
    """Keep the payer's details by field name; what is not asked any more is erased."""
    wiped = dict.fromkeys(CONTACT_FIELDS, "")
    _changed(basket, **{**wiped, **details}, details_given=True)


def purge_baskets() -> int:
    """Delete baskets nobody touched for ``basket_days``, details and all; return how many."""
    untouched_since = timezone.now() - timedelta(days=ims_settings().basket_days)
    old = Basket.objects.filter(updated_at__lt=untouched_since)
    _rows, counts = old.delete()
    forget_files()
    return counts.get(Basket._meta.label, 0)


#: What a basket may hold of the payer, and an order takes over.
CONTACT_FIELDS = (
    "name",
    "email",
    "phone",
    "address_line_1",
    "address_line_2",
    "town",
    "county",
    "postcode",
)


def _services_url(page: PageFacts | None) -> str:
    return page.services_url if page and len(page.services_url) <= LONGEST_ADDRESS else ""


def _locked(basket: Basket) -> OpenBasket:
    current = Basket.objects.select_for_update().filter(pk=basket.pk).first()
    return filled(current) if current else OpenBasket(basket=None, lines=())


def _line(shopping: OpenBasket, line_id: uuid.UUID) -> BasketLine:
    for line in shopping.lines:
        if line.pk == line_id:
            return line
    raise LineGone


def _same(
    lines: Sequence[BasketLine],
    payment_type: PaymentType,
    reference: str,
    answers: Sequence[Answer],
) -> BasketLine | None:
    """Find the line that pays the same thing.

    Everybody shares the reference of a payment type whose account is fixed, so there the answers
    tell two things apart.
    """
    fixed = payment_type.reference_source == ReferenceSource.FIXED
    for line in lines:
        alike = line.payment_type_id == payment_type.pk and line.account_reference == reference
        if alike and (not fixed or given_values(line.answers) == given_values(answers)):
            return line
    return None


def _settle_duplicate(
    line: BasketLine,
    amount: Decimal,
    answers: list[Any],
    basis: dict[str, Any],
    duplicate: str,
    audience: Audience,
) -> AddOutcome:
    same_answers = given_values(line.answers) == given_values(answers)
    if line.amount == amount and same_answers and line.amount_basis == basis:
        return AddOutcome.ALREADY_THERE
    if duplicate == Duplicate.REPLACE:
        outcome = AddOutcome.REPLACED
    elif duplicate == Duplicate.INCREASE:
        amount = _together(line, amount, audience)
        outcome = AddOutcome.INCREASED
    else:
        return AddOutcome.DIFFERS
    BasketLine.objects.filter(pk=line.pk).update(amount=amount, answers=answers, amount_basis=basis)
    _changed_answers(line.basket, line, answers)
    return outcome


def _changed_answers(basket: Basket, line: BasketLine, answers: Sequence[Answer]) -> None:
    """Keep the files of the new answers with a line; those of the old ones go once that is sure."""
    attach_files(line=line, answers=answers)
    old = [answer["value"] for answer in line.answers if answer["kind"] == QuestionKind.FILE]
    if old:
        transaction.on_commit(partial(erase_unanswered, basket=basket, answers=old))


def _together(line: BasketLine, amount: Decimal, audience: Audience) -> Decimal:
    checked = check_payment(
        payment_type=line.payment_type,
        reference=line.account_reference,
        amount=line.amount + amount,
        audience=audience,
        # Two amounts that prices make up are two things: they don't add up to one.
        worked_out=line.amount,
    )
    return checked.amount


def _changed(basket: Basket, **changes: Any) -> None:
    """Raise the version; what was told about lines taken out earlier has been read by now."""
    Basket.objects.filter(pk=basket.pk).update(
        **{"removed": [], **changes}, version=F("version") + 1, updated_at=timezone.now()
    )

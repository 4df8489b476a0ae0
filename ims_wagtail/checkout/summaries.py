"""Basket lines set out for reading, with the links that change them."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import NoVatRate, vat_rate
from ims_wagtail.money import format_pounds, split_vat
from ims_wagtail.ui.components.content import Action, Row

from .amounts.basis import worked_out_today
from .amounts.words import in_words
from .conditions import asked_keys
from .models import Basket, BasketLine
from .questions import given_values, questions_of, shown_answers
from .steps import Step, is_stepped, steps_of
from .wording import reference_label


#: Where the questions of a step are asked.
StepAddress = Callable[[Step], str]


def line_rows(
    line: BasketLine, *, then: str = "basket", asked_at: StepAddress | None = None
) -> list[Row]:
    """Return what a resident reads of one line: reference, answers, amount and VAT.

    Where it was asked in steps each answer has a link to its own, which comes back to ``then``;
    ``asked_at`` says where the steps are of what is in no basket.
    """
    rows = []
    if not line.has_fixed_reference:
        rows.append(Row(reference_label(line.payment_type), line.account_reference))
    rows += _answer_rows(line, asked_at or _steps_of(line, then))
    if (found := worked_out_today(line)) is not None:
        rows += [Row(label, words) for label, words in in_words(found)]
    rows.append(Row(_("Amount"), _amount(line)))
    return rows


def _answer_rows(line: BasketLine, asked_at: StepAddress) -> list[Row]:
    given = {answer["key"]: answer["value"] for answer in shown_answers(line.answers)}
    questions = questions_of(line.answers)
    if not is_stepped(questions) or line.is_applied_for:
        return [Row(answer["label"], answer["value"]) for answer in shown_answers(line.answers)]
    asked = asked_keys(questions, given_values(line.answers))
    return [
        Row(
            question.label,
            given.get(question.key) or _("Not given"),
            [Action(_("Change"), asked_at(step), question.label)],
        )
        for step in steps_of(questions)
        for question in step.questions
        if question.key in asked
    ]


def change_address(line: BasketLine) -> str:
    """Return where a line is changed."""
    return reverse("ims_checkout:change", kwargs={"line_id": line.pk})


def _steps_of(line: BasketLine, then: str) -> StepAddress:
    return lambda step: f"{change_address(line)}?step={step.number}&then={then}"


def change_action(line: BasketLine) -> Action:
    """Return the link that changes a line and comes back to checking everything.

    The reference tells two lines of one service apart.
    """
    about = "" if line.has_fixed_reference else line.account_reference
    return Action(_("Change"), f"{change_address(line)}?then=check", about)


def contact_rows(basket: Basket, *, asks_address: bool) -> list[Row]:
    """Return the payer's details, each with a link to change it."""
    address = (
        basket.address_line_1,
        basket.address_line_2,
        basket.town,
        basket.county,
        basket.postcode,
    )
    facts: Sequence[tuple[str, str, str, str]] = (
        (_("Email address"), basket.email or _("Not given"), _("email address"), "email"),
        (_("Telephone number"), basket.phone or _("Not given"), _("telephone number"), "phone"),
    )
    if asks_address:
        joined = ", ".join(part for part in address if part)
        facts = (
            *facts,
            (_("Full name"), basket.name, _("full name"), "name"),
            (_("Address"), joined, _("address"), "address_line_1"),
        )
    details = reverse("ims_checkout:details")
    return [
        Row(key, value, [Action(_("Change"), f"{details}#id_{field}", about)])
        for key, value, about, field in facts
    ]


def _amount(line: BasketLine) -> str:
    """Write the amount, what it was when it was added, and the VAT in it where there is any."""
    amount = format_pounds(line.amount)
    if line.added_amount not in (None, line.amount):
        amount = _("%(amount)s (the price has changed: it was %(before)s)") % {
            "amount": amount,
            "before": format_pounds(line.added_amount),
        }
    code = line.payment_type.vat_code or line.payment_type.fund.vat_code
    try:
        split = split_vat(gross=line.amount, rate=vat_rate(code, accounting_date()))
    except NoVatRate:
        # Told when it is paid; a basket can still be looked at and changed.
        return amount
    if not split.vat:
        return amount
    return _("%(amount)s, including %(vat)s VAT") % {
        "amount": amount,
        "vat": format_pounds(split.vat),
    }

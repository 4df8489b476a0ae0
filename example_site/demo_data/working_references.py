"""References that work, and some that don't, for whoever tries the demo."""

from collections.abc import Iterator
from dataclasses import dataclass

from ims_wagtail.accounts.checks import PaymentRefused, check_reference
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.accounts.selectors import full_name
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types

from . import reference_rules


_EACH = 3
_SAME_AS_COUNCIL_TAX = "council-tax-owed"
#: Payment types whose references are those of another one.
_RULES_TOLD = ("heating", _SAME_AS_COUNCIL_TAX)


@dataclass(frozen=True, slots=True)
class WorkingReference:
    """A reference of a payment type that residents may pay."""

    payment_type: PaymentType
    reference: str
    whose: str


@dataclass(frozen=True, slots=True)
class RefusedReference:
    """A reference that is refused, and what residents read."""

    payment_type: PaymentType
    reference: str
    why: str


def working() -> Iterator[WorkingReference]:
    """Return a few references for each payment type, checked as a resident's would be."""
    for payment_type in payable_types(accounting_date()):
        fixed = payment_type.reference_source == ReferenceSource.FIXED
        if fixed or payment_type.slug == _SAME_AS_COUNCIL_TAX:
            continue
        for reference, whose in _candidates(payment_type):
            check_reference(
                payment_type=payment_type, reference=reference, audience=Audience.PUBLIC
            )
            yield WorkingReference(payment_type, reference, whose)


def refused() -> Iterator[RefusedReference]:
    """Return one slip of the keyboard for each check digit, then accounts that are stopped."""
    for payment_type in payable_types(accounting_date()):
        rule = payment_type.fund.reference_rule
        if rule and rule.check_digit and payment_type.slug not in _RULES_TOLD:
            last = "1" if rule.example[-1] != "1" else "2"
            yield _refusal(payment_type, rule.example[:-1] + last)
    stopped = AccountHolder.objects.filter(stop_message__public_effect="block")
    for slug in ("council-tax", "housing-rent"):
        payment_type = payable_types(accounting_date()).get(slug=slug)
        account = stopped.filter(fund=payment_type.fund).order_by("reference").first()
        if account is not None:
            yield _refusal(payment_type, account.reference)


def as_markdown() -> str:
    """Return both lists as the tables of the manual."""
    lines = ["| Pay for | Short name | Reference | Account of |", "|---|---|---|---|"]
    lines += [
        f"| {row.payment_type.name} | `{row.payment_type.slug}` | `{row.reference}` | {row.whose} |"
        for row in working()
    ]
    lines += ["", "| Pay for | Reference | What residents read |", "|---|---|---|"]
    lines += [f"| {row.payment_type.name} | {row.reference} | {row.why} |" for row in refused()]
    return "\n".join(lines) + "\n"


def _candidates(payment_type: PaymentType) -> Iterator[tuple[str, str]]:
    fund = payment_type.fund
    if fund.account_must_exist:
        accounts = AccountHolder.objects.filter(fund=fund, stop_message=None, balance__gt=0)
        for account in accounts.order_by("reference")[:_EACH]:
            yield account.reference, full_name(account)
    elif fund.reference_rule:
        for number in range(_EACH):
            yield reference_rules.example(fund.reference_rule, number), "anybody"


def _refusal(payment_type: PaymentType, reference: str) -> RefusedReference:
    try:
        check_reference(payment_type=payment_type, reference=reference, audience=Audience.PUBLIC)
    except PaymentRefused as problem:
        return RefusedReference(payment_type, reference, str(problem))
    raise ValueError(f"{reference} was expected to be refused")

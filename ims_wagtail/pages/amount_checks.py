"""Whether a page lays out an amount that finance allows, and every example comes out right."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ims_wagtail.accounts.limits import amount_problems
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import prices_today

from .amounts import problems
from .checks import Finding, Severity, Version, check
from .incomplete import incomplete_blocks


#: How a page may lay out the amount of a payment type, by where the amount comes from.
_ALLOWED = {
    AmountSource.PAYER.value: ("suggestions",),
    AmountSource.PRICES.value: ("price_list", "rules"),
}


@check
def amount_fits_payment_type(version: Version) -> Iterator[Finding]:
    """Finance says where the amount comes from; the page does no other way."""
    payment_type = version.payment_type
    if payment_type is None:
        return
    allowed = _ALLOWED.get(payment_type.amount_source, ())
    blocks = list(version.page.amount)
    source = {
        "type": payment_type,
        "source": payment_type.get_amount_source_display(),
    }
    if any(block.block_type not in allowed for block in blocks):
        yield _stop(
            "amount-not-allowed",
            _("The amount of “%(type)s” can’t be laid out like this: %(source)s") % source,
            _("Take it out, or ask finance to change where the amount comes from."),
        )
    elif payment_type.amount_source == AmountSource.PRICES and not blocks:
        yield _stop(
            "amount-missing",
            _("Nothing says what “%(type)s” costs: %(source)s") % source,
            _("Add a price list or a table of rules under “Amount”."),
        )


@check
def amount_is_complete(version: Version) -> Iterator[Finding]:
    """Nothing of a price list, a rule or a suggestion is missing."""
    yield from incomplete_blocks(version.page.amount, field="amount")


@check
def amount_comes_out_right(version: Version) -> Iterator[Finding]:
    """Prices are the payment type's, rules can be read, and examples hold on the first day."""
    payment_type = version.payment_type
    if payment_type is None:
        return
    prices = prices_today(payment_type, version.first_day)
    for message, remedy in problems(version.page.amount, version.questions, prices):
        yield _stop("amount-wrong", message, remedy)


@check
def suggestions_within_limits(version: Version) -> Iterator[Finding]:
    """What is suggested can be given."""
    payment_type = version.payment_type
    if payment_type is None or payment_type.amount_source != AmountSource.PAYER:
        return
    for block in version.page.amount:
        if block.block_type == "suggestions":
            yield from _too_much_or_little(block.value["amounts"], payment_type)


def _too_much_or_little(amounts: object, payment_type: PaymentType) -> Iterator[Finding]:
    for amount in amounts:  # type: ignore[attr-defined]
        if amount is None:
            continue
        for problem in amount_problems(
            amount=amount, fund=payment_type.fund, payment_type=payment_type, method=None
        ):
            yield _stop(
                "amount-suggested",
                _("£%(amount)s can’t be suggested: %(problem)s")
                % {"amount": amount, "problem": problem.message},
                _("Suggest another amount."),
            )


def _stop(code: str, message: str, remedy: str) -> Finding:
    return Finding(
        code=code, severity=Severity.STOP, message=message, remedy=remedy, field="amount"
    )

"""What finance staff set up, in words for the people who write the page."""

from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import AmountSource, ReferenceSource
from ims_wagtail.funds.models import PaymentType, ReferenceRule
from ims_wagtail.funds.selectors import NoPrice, NoVatRate, prices_today, set_price, vat_rate
from ims_wagtail.money import format_pounds


def setup_in_words(payment_type: PaymentType) -> tuple[tuple[str, str], ...]:
    """Return pairs of heading and words: where the money goes, its VAT, what may be paid."""
    return (
        (_("Fund"), str(payment_type.fund)),
        (_("VAT"), _vat(payment_type)),
        (_("Reference"), _reference(payment_type)),
        (_("Amount"), _amount(payment_type)),
        (_("Open"), _open(payment_type)),
    )


def rule_in_words(rule: ReferenceRule) -> str:
    """Return what a reference must look like, in a sentence or two."""
    said = "; ".join(_demands(rule))
    said = f"{said[0].upper()}{said[1:]}."
    if rule.example:
        said += " " + _("Example: %(example)s.") % {"example": rule.example}
    return said


def _demands(rule: ReferenceRule) -> list[str]:
    if rule.mask:
        # A mask says by itself how long a reference is and of what characters.
        parts = [_mask(rule.mask)]
    else:
        parts = [_length(rule)]
        if rule.character_type:
            parts.append(rule.get_character_type_display().lower())
    if rule.pattern:
        parts.append(_("fitting the pattern %(pattern)s") % {"pattern": rule.pattern})
    if rule.check_digit_id and "@" not in rule.mask:
        parts.append(_("with a check character"))
    return parts


def _vat(payment_type: PaymentType) -> str:
    code = payment_type.vat_code or payment_type.fund.vat_code
    try:
        rate = vat_rate(code, on=accounting_date())
    except NoVatRate:
        return _("%(code)s, which has no rate today, so nothing can be paid") % {"code": code}
    percentage = f"{(rate * 100).normalize():f}"
    return _("%(code)s: %(percentage)s %% today") % {"code": code, "percentage": percentage}


def _reference(payment_type: PaymentType) -> str:
    if payment_type.reference_source == ReferenceSource.FIXED:
        return _("Nobody is asked: always account %(account)s") % {
            "account": payment_type.fixed_reference
        }
    rule = payment_type.fund.reference_rule
    said = rule_in_words(rule) if rule else _("Anything up to 36 characters.")
    if payment_type.fund.account_must_exist:
        said += " " + _("It must be an account the fund knows.")
    return said


def _amount(payment_type: PaymentType) -> str:
    if payment_type.amount_source == AmountSource.PRICES:
        return _prices(payment_type)
    if payment_type.amount_source == AmountSource.BALANCE:
        asked = {"challenge": payment_type.get_challenge_display()}
        if payment_type.part_payment:
            return _("What the account owes, or part of it. Asked before: %(challenge)s") % asked
        return _("What the account owes, all of it. Asked before: %(challenge)s") % asked
    try:
        price = set_price(payment_type, accounting_date())
    except NoPrice:
        return _("There is no price today, so nothing can be paid")
    if price is not None:
        return _("%(amount)s today, the price %(price)s") % {
            "amount": format_pounds(price),
            "price": payment_type.price,
        }
    limits = (payment_type.maximum_amount, payment_type.fund.maximum_amount)
    return _("The payer types it: %(least)s to %(most)s") % {
        "least": format_pounds(payment_type.minimum_amount),
        "most": format_pounds(min(limit for limit in limits if limit is not None)),
    }


def _prices(payment_type: PaymentType) -> str:
    """Name the prices that the page may lay out, with what they come to."""
    today = prices_today(payment_type, accounting_date())
    named = [
        f"{price.name} ({price.code}): {format_pounds(today[price.pk])}"
        for price in payment_type.prices.all()
        if price.pk in today
    ]
    if not named:
        return _("There is no price today, so nothing can be paid")
    return _("The page lays out these prices: %(prices)s") % {"prices": "; ".join(named)}


def _open(payment_type: PaymentType) -> str:
    if not (payment_type.enabled and payment_type.fund.enabled):
        return _("Switched off: the page says that this can’t be paid online")
    start, end = payment_type.open_from, payment_type.open_until
    words = {
        "start": start and date_format(start, "j F Y"),
        "end": end and date_format(end, "j F Y"),
    }
    if start and end:
        return _("From %(start)s to %(end)s") % words
    if start:
        return _("From %(start)s") % words
    return _("Until %(end)s") % words if end else _("Always")


def _length(rule: ReferenceRule) -> str:
    if rule.minimum_length == rule.maximum_length:
        return ngettext("%(n)d character", "%(n)d characters", rule.maximum_length) % {
            "n": rule.maximum_length
        }
    return _("%(shortest)d to %(longest)d characters") % {
        "shortest": rule.minimum_length,
        "longest": rule.maximum_length,
    }


def _mask(mask: str) -> str:
    """Read a mask aloud: ``BJ#####@`` is "“BJ”, 5 digits, a check character"."""
    parts = []
    for kind, run in groupby(mask, key=lambda character: _kind(character)):
        text = "".join(run)
        count = {"n": len(text)}
        match kind:
            case "$":
                parts.append(ngettext("%(n)d letter", "%(n)d letters", len(text)) % count)
            case "#":
                parts.append(ngettext("%(n)d digit", "%(n)d digits", len(text)) % count)
            case "?":
                parts.append(
                    ngettext("%(n)d letter or digit", "%(n)d letters or digits", len(text)) % count
                )
            case "*":
                parts.append(
                    ngettext(
                        "%(n)d letter, digit, space, / or -",
                        "%(n)d letters, digits, spaces, / or -",
                        len(text),
                    )
                    % count
                )
            case "@":
                parts.append(_("a check character"))
            case _:
                parts.append(_("“%(text)s”") % {"text": text})
    return _("these in order: %(parts)s") % {"parts": ", ".join(parts)}


def _kind(character: str) -> str:
    return character if character in "$#?*@" else ""

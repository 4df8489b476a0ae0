"""Whether the words of the page are right and easy to read."""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from ims_wagtail.checkout.receipts import percentage
from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.selectors import NoPrice, NoVatRate, set_price, vat_rate
from ims_wagtail.money import format_pounds

from .findings import Finding, Severity, check
from .reading import reading_age, words_in_sentences
from .version import TEXTS, Version


#: The longest question that fits one line of a desktop and three of a telephone.
LONGEST_LABEL = 80
LONGEST_HINT = 160
OLDEST_READER = 14
#: The Government's advice for sentences.
LONGEST_SENTENCE = 25

_VAT = r"\b(?:VAT|TAW)\b"
_ADDED = re.compile(
    rf"(?:\bplus|\+|\bexcl?(?:\.|uding|udes)?|\bbefore|\bynghyd â|\bheb gynnwys)\s+{_VAT}", re.I
)
_RATE = re.compile(
    rf"(\d+(?:\.\d+)?)\s?%\s+{_VAT}|{_VAT}\s+(?:of|at|o)\s+(\d+(?:\.\d+)?)\s?%", re.I
)
_INCLUDED = re.compile(rf"\b(?:incl?(?:\.|uding|udes)?|gan gynnwys)\s+{_VAT}", re.I)
_NONE = re.compile(rf"\b(?:no|without|free of|exempt from|dim|heb)\s+{_VAT}|{_VAT}[- ]free", re.I)
_POUNDS = re.compile(r"£\s?(\d{1,3}(?:,\d{3})+|\d+)(\.\d\d)?")


@check
def reference_explained(version: Version) -> Iterator[Finding]:
    """Who is asked for a reference can read where it stands."""
    payment_type = version.payment_type
    if payment_type is None or payment_type.reference_source == ReferenceSource.FIXED:
        return
    page = version.page
    if not (version.text("reference_help") or page.reference_image_id):
        yield Finding(
            code="no-reference-help",
            # Finance's own hint stands beside the field, at least.
            severity=Severity.ADVISE if payment_type.reference_hint else Severity.STOP,
            message=_("Nothing says where people find their reference"),
            remedy=_("Say where it stands on a bill or letter, best with a picture."),
            field="reference_help",
        )


@check
def vat_worded_right(version: Version) -> Iterator[Finding]:
    """What is asked for has VAT in it already, at the rate finance has set."""
    payment_type = version.payment_type
    if payment_type is None:
        return
    try:
        rate = vat_rate(payment_type.vat_code or payment_type.fund.vat_code, version.first_day)
    except NoVatRate:
        return
    for field in TEXTS:
        text = version.text(field)
        if _ADDED.search(text):
            yield _vat(field, _("It says that VAT comes on top: what people pay has it in it"))
        elif any(_fraction(found) != rate for found in _RATE.finditer(text)):
            yield _vat(
                field, _("It names another rate of VAT than %(rate)s") % {"rate": percentage(rate)}
            )
        elif not rate and _INCLUDED.search(text):
            yield _vat(field, _("It says that there is VAT in it, and there is none"))
        elif rate and _NONE.search(text):
            yield _vat(
                field,
                _("It says that there is no VAT, and there is %(rate)s")
                % {"rate": percentage(rate)},
                Severity.ADVISE,
            )


@check
def price_worded_right(version: Version) -> Iterator[Finding]:
    """An introduction that names amounts names the one that is asked for."""
    payment_type = version.payment_type
    if payment_type is None:
        return
    try:
        price = set_price(payment_type, version.first_day)
    except NoPrice:
        return
    named = {
        Decimal(whole.replace(",", "") + (pence or ".00"))
        for whole, pence in _POUNDS.findall(version.text("introduction"))
    }
    if price is not None and named and price not in named:
        yield Finding(
            code="other-price",
            severity=Severity.ADVISE,
            message=_("The introduction names amounts, and not the %(price)s people pay")
            % {"price": format_pounds(price)},
            remedy=_("Put it right, or leave amounts out: the page shows the price by itself."),
            field="introduction",
        )


@check
def questions_short(version: Version) -> Iterator[Finding]:
    """Long questions are read by nobody."""
    for question in version.questions:
        if len(question.label) > LONGEST_LABEL or len(question.hint) > LONGEST_HINT:
            yield Finding(
                code="long-question",
                severity=Severity.ADVISE,
                message=_("“%(question)s” is long") % {"question": question.label},
                remedy=_("Ask in %(label)d characters or fewer, with a hint of %(hint)d or fewer.")
                % {"label": LONGEST_LABEL, "hint": LONGEST_HINT},
                field="questions",
            )


@check
def easy_to_read(version: Version) -> Iterator[Finding]:
    """Words that most adults read without trouble."""
    for field in TEXTS:
        text = version.text(field)
        age = reading_age(text) if version.language.startswith("en") else None
        if age is not None and age > OLDEST_READER:
            yield _hard(field, _("It takes a reading age of about %(age)d") % {"age": age})
        elif words_in_sentences(text) > LONGEST_SENTENCE:
            yield _hard(field, _("Its sentences are long"))


def _fraction(found: re.Match[str]) -> Decimal:
    return Decimal(found[1] or found[2]) / 100


def _vat(field: str, message: str, severity: Severity = Severity.STOP) -> Finding:
    return Finding(
        code="vat-words",
        severity=severity,
        message=message,
        remedy=_("Put the words right, or leave VAT out: the receipt shows it."),
        field=field,
    )


def _hard(field: str, message: str) -> Finding:
    return Finding(
        code="hard-to-read",
        severity=Severity.ADVISE,
        message=message,
        remedy=_("Shorter sentences and everyday words help everybody."),
        field=field,
    )

"""VAT codes with their dated rates, methods of payment and offices."""

from datetime import date
from decimal import Decimal

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment, Office, VatCode, VatRate


_NO_VAT = ((date(1973, 4, 1), "0"),)
_VAT_CODES = (
    ("N0", "Outside the scope of VAT", _NO_VAT),
    ("E0", "Exempt from VAT", _NO_VAT),
    ("11", "VAT accounted for on the invoice", _NO_VAT),
    ("M0", "Not yet known (suspense)", _NO_VAT),
    ("R5", "Reduced rate", ((date(1997, 9, 1), "0.05"),)),
    (
        "W0",
        "Standard rate",
        (
            (date(1991, 4, 1), "0.175"),
            (date(2008, 12, 1), "0.15"),
            (date(2010, 1, 1), "0.175"),
            (date(2011, 1, 4), "0.2"),
        ),
    ),
)

_ANY = Decimal("99999999.99")
_COUNTER = Decimal("99999.99")

# code, name, kind, the most it may take, used unless another is chosen, can be refunded
_METHODS = (
    ("1", "Cash", MethodKind.CASH, Decimal("10000.00"), True, False),
    ("2", "Cheque", MethodKind.CHEQUE, _ANY, True, False),
    ("3", "Postal order", MethodKind.POSTAL_ORDER, _COUNTER, True, False),
    ("10", "Transfer in", MethodKind.TRANSFER_IN, _ANY, True, False),
    ("11", "Transfer out", MethodKind.TRANSFER_OUT, _ANY, True, False),
    ("15", "Allpay: Post Office", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("16", "Allpay: cash adjustment", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("17", "Allpay: returned cheque", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("18", "Allpay: PayPoint", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("19", "Allpay: Payzone", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("20", "Allpay: telephone", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("21", "Allpay: bills online", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("22", "Allpay: other", MethodKind.EXTERNAL, _COUNTER, False, False),
    ("24", "Cheque by post", MethodKind.POST, _ANY, True, False),
    ("28", "Interfaces", MethodKind.EXTERNAL, _ANY, True, False),
    ("30", "Bank transfer", MethodKind.EXTERNAL, _ANY, False, False),
    ("31", "Direct Debit", MethodKind.EXTERNAL, _ANY, False, False),
    ("90", "Card, online", MethodKind.CARD_ONLINE, _ANY, True, True),
    ("91", "Card, automated telephone", MethodKind.CARD_TELEPHONE, _ANY, True, True),
    ("92", "Card, taken by staff", MethodKind.CARD_STAFF, _ANY, True, True),
    ("JN", "Journal", MethodKind.JOURNAL, _ANY, True, False),
    ("JR", "Journal re-allocation", MethodKind.JOURNAL_REALLOCATION, _ANY, True, False),
    ("PF", "Card fee", MethodKind.CARD_FEE, _ANY, True, False),
)

#: By code: what residents who read Welsh find on their receipts.
_IN_WELSH = {
    "1": "Arian parod",
    "2": "Siec",
    "24": "Siec drwy’r post",
    "30": "Trosglwyddiad banc",
    "31": "Debyd Uniongyrchol",
    "90": "Cerdyn, ar-lein",
    "91": "Cerdyn, ffôn awtomataidd",
    "92": "Cerdyn, drwy staff",
    "PF": "Ffi cerdyn",
}

#: By code: the ground, and the text on it.
_COLOURS = {
    "1": ("#00703c", "#ffffff"),
    "2": ("#ffdd00", "#0b0c0c"),
    "31": ("#4c2c92", "#ffffff"),
    "90": ("#1d70b8", "#ffffff"),
    "91": ("#144e81", "#ffffff"),
    "92": ("#003078", "#ffffff"),
    "JN": ("#505a5f", "#ffffff"),
}

_OFFICES = (
    ("99", "Batch import"),
    ("CC", "Contact centre"),
    ("PR", "Post room"),
    ("SP", "Self-service"),
    ("TH", "Town hall cash office"),
    ("WP", "Parking"),
)


def build() -> None:
    """Make the VAT codes, rates, methods of payment and offices."""
    for code, name, rates in _VAT_CODES:
        vat_code = VatCode.objects.create(code=code, name=name)
        VatRate.objects.bulk_create(
            VatRate(vat_code=vat_code, starts=starts, rate=Decimal(rate)) for starts, rate in rates
        )
    MethodOfPayment.objects.bulk_create(
        MethodOfPayment(
            code=code,
            name=name,
            name_cy=_IN_WELSH.get(code, ""),
            kind=kind,
            maximum_amount=most,
            is_default=is_default,
            refundable=refundable,
            background_colour=_COLOURS.get(code, ("", ""))[0],
            text_colour=_COLOURS.get(code, ("", ""))[1],
        )
        for code, name, kind, most, is_default, refundable in _METHODS
    )
    Office.objects.bulk_create(Office(code=code, name=name) for code, name in _OFFICES)

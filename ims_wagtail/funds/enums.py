"""Choices of the funds room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CharacterType(TextChoices):
    """Which characters a reference may hold (ASCII only)."""

    LETTERS = "letters", _("Letters")
    LETTERS_SPACE = "letters_space", _("Letters and spaces")
    DIGITS = "digits", _("Digits")
    DIGITS_SPACE = "digits_space", _("Digits and spaces")
    LETTERS_DIGITS = "letters_digits", _("Letters and digits")
    LETTERS_DIGITS_SPACE = "letters_digits_space", _("Letters, digits and spaces")


class CheckDigitAlgorithm(TextChoices):
    """How a check character is worked out."""

    WEIGHTED_SUM = "weighted_sum", _("Weighted sum")
    DYNIX = "dynix", _("Dynix library (Luhn-like)")


class MethodKind(TextChoices):
    """What a method of payment is used for; behaviour hangs on this, never on a code or a name."""

    CARD_ONLINE = "card_online", _("Card, online")
    CARD_TELEPHONE = "card_telephone", _("Card, automated telephone")
    CARD_STAFF = "card_staff", _("Card, taken by staff")
    CASH = "cash", _("Cash")
    CHEQUE = "cheque", _("Cheque")
    POST = "post", _("Post")
    POSTAL_ORDER = "postal_order", _("Postal order")
    EXTERNAL = "external", _("Paid elsewhere and imported")
    TRANSFER_OUT = "transfer_out", _("Transfer out")
    TRANSFER_IN = "transfer_in", _("Transfer in")
    JOURNAL = "journal", _("Journal")
    JOURNAL_REALLOCATION = "journal_reallocation", _("Journal re-allocation")
    CARD_FEE = "card_fee", _("Card fee")


class ReferenceSource(TextChoices):
    """Where a payment's account reference comes from."""

    PAYER = "payer", _("The payer types it")
    FIXED = "fixed", _("Always the same account")


class AmountSource(TextChoices):
    """Where a payment's amount comes from."""

    PAYER = "payer", _("The payer types it")
    FIXED = "fixed", _("A price that the council sets")
    PRICES = "prices", _("Several prices that the council sets, laid out by the page")
    BALANCE = "balance", _("What the account owes")


class Challenge(TextChoices):
    """What a payer has to know of an account before they are shown what it owes."""

    POSTCODE = "postcode", _("The postcode of the account holder")
    SURNAME = "surname", _("The surname of the account holder")


class AttributeKind(TextChoices):
    """What the values of a council's own attribute are."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    YES_NO = "yes_no", _("Yes or no")


class AttributeOwner(TextChoices):
    """What a council's own attribute is a fact about."""

    FUND = "fund", _("Funds")
    PAYMENT_TYPE = "payment_type", _("Payment types")

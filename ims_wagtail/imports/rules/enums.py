"""What rules look at and what they do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RuleField(TextChoices):
    """What a condition looks at, by the names of ``Row``."""

    NARRATIVE = "narrative", _("narrative")
    REFERENCE = "reference", _("account reference")
    AMOUNT = "amount", _("amount")
    DATE = "date", _("date")
    PAYER = "payer", _("payer")
    FUND = "fund", _("fund code")
    METHOD = "method", _("method of payment code")
    OFFICE = "office", _("office code")
    VAT = "vat", _("VAT code")


#: All others hold text.
TYPED_FIELDS = (RuleField.AMOUNT, RuleField.DATE)


class Match(TextChoices):
    """How the groups of a rule's conditions go together."""

    ANY = "any", _("one group is enough; in it every condition has to hold")
    ALL = "all", _("every group is needed; in each one condition is enough")


class Operator(TextChoices):
    """How a condition compares. Text is compared without regard to capitals."""

    CONTAINS = "contains", _("contains")
    NOT_CONTAINS = "not_contains", _("does not contain")
    STARTS = "starts", _("starts with")
    ENDS = "ends", _("ends with")
    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    ONE_OF = "one_of", _("is one of")
    EMPTY = "empty", _("is empty")
    MATCHES = "matches", _("matches the pattern")
    HOLDS_REFERENCE = "holds_reference", _("holds a valid reference of")
    MORE = "more", _("is more than")
    LESS = "less", _("is less than")
    AT_LEAST = "at_least", _("is at least")
    AT_MOST = "at_most", _("is at most")
    MONEY_IN = "money_in", _("is money in")
    MONEY_OUT = "money_out", _("is money out")
    BEFORE = "before", _("is before")
    AFTER = "after", _("is after")


TEXT_OPERATORS = (
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.STARTS,
    Operator.ENDS,
    Operator.IS,
    Operator.IS_NOT,
    Operator.ONE_OF,
    Operator.EMPTY,
    Operator.MATCHES,
    Operator.HOLDS_REFERENCE,
)
AMOUNT_OPERATORS = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.MORE,
    Operator.LESS,
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.MONEY_IN,
    Operator.MONEY_OUT,
)
DATE_OPERATORS = (Operator.IS, Operator.IS_NOT, Operator.BEFORE, Operator.AFTER)
#: These say all by themselves.
WITHOUT_VALUE = (Operator.EMPTY, Operator.MONEY_IN, Operator.MONEY_OUT)


class ActionKind(TextChoices):
    """What a rule does to a row. The last two end it: no later rule looks at the row."""

    FUND = "fund", _("set the fund to")
    REFERENCE = "reference", _("set the account reference to")
    METHOD = "method", _("set the method of payment to")
    OFFICE = "office", _("set the office to")
    VAT = "vat", _("set the VAT code to")
    NARRATIVE = "narrative", _("set the narrative to")
    EXTRACT = "extract", _("take the account reference from the narrative by the pattern")
    TAKE_REFERENCE = (
        "take_reference",
        _("take the account reference in the narrative, and the fund, of"),
    )
    SUSPENSE = "suspense", _("send it to suspense, because")
    SPLIT = "split", _("put part of the amount to")


#: Actions that set one text of the row, which has the action's own name.
SETTERS = (
    ActionKind.FUND,
    ActionKind.REFERENCE,
    ActionKind.METHOD,
    ActionKind.OFFICE,
    ActionKind.VAT,
    ActionKind.NARRATIVE,
)

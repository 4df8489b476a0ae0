"""Choices of the checkout room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    """How an extra question of a payable page is answered."""

    SHORT_TEXT = "short_text", _("A few words")
    LONG_TEXT = "long_text", _("Several lines")
    CHOICE = "choice", _("One of a list")
    YES_NO = "yes_no", _("Yes or no")
    NUMBER = "number", _("A whole number")
    DATE = "date", _("A date")
    TELEPHONE = "telephone", _("A telephone number")
    EMAIL = "email", _("An email address")
    POSTCODE = "postcode", _("A postcode")
    ADDRESS = "address", _("An address")
    DECLARATION = "declaration", _("A declaration to agree to")
    FILE = "file", _("A file")


class FileType(TextChoices):
    """Kinds of files that residents may send."""

    PDF = "pdf", _("PDF")
    PICTURE = "picture", _("photo or picture (JPEG, PNG or HEIC)")
    DOCUMENT = "document", _("Word or OpenDocument text")


class AddOutcome(TextChoices):
    """What became of a line a resident wanted to add."""

    ADDED = "added", _("Added")
    ALREADY_THERE = "already_there", _("Already in the basket, just the same")
    REPLACED = "replaced", _("Replaced the line that was there")
    INCREASED = "increased", _("Added to the amount of the line that was there")
    #: Nothing was written: the payer has to say what they mean.
    DIFFERS = "differs", _("In the basket with another amount or other answers")


class Duplicate(TextChoices):
    """What to do with a reference that is in the basket already."""

    REPLACE = "replace", _("Replace the line in the basket")
    INCREASE = "increase", _("Add to the line in the basket")
    KEEP = "keep", _("Leave the basket as it is")


class Outcome(TextChoices):
    """What a resident is told about a payment."""

    PAID = "paid", _("Paid")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")
    NOT_STARTED = "not_started", _("Not known to the provider yet")
    CHECKING = "checking", _("Still being confirmed")
    OPEN = "open", _("Not finished")
    MISMATCH = "mismatch", _("Received, and being looked into")
    REVERSED = "reversed", _("Taken back by the provider")


class CopyRoute(TextChoices):
    """How a copy of a receipt leaves us."""

    PRINT = "print", _("Printed")
    PAYER = "payer", _("By e-mail to the payer")
    OTHER = "other", _("By e-mail to another address")

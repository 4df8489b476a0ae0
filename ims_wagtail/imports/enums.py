"""Choices of the imports room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ImportKind(TextChoices):
    """What the rows of a file are."""

    TRANSACTIONS = "transactions", _("Transactions")
    ACCOUNT_HOLDERS = "account_holders", _("Account holders")


class ArrivesBy(TextChoices):
    """How files of a type come in, besides by hand."""

    UPLOAD = "upload", _("Somebody, or another system through the API, bringing them in")
    FOLDER = "folder", _("A folder on our server")
    SFTP = "sftp", _("Fetching them from another server (SFTP)")


class ExpectedOn(TextChoices):
    """On which days a file is expected."""

    NEVER = "", _("No day in particular")
    WORKING_DAYS = "working", _("Every working day")
    EVERY_DAY = "every", _("Every day")


class Encoding(TextChoices):
    """How the text of a file is written down in bytes."""

    UTF_8 = "utf-8", _("UTF-8 (most files today)")
    WINDOWS = "cp1252", _("Windows-1252 (older Windows programs)")
    ASCII = "ascii", _("ASCII (plain letters and digits only)")
    UTF_16 = "utf-16", _("UTF-16 (some spreadsheets)")


class OnProblems(TextChoices):
    """What becomes of a file some rows of which can't go to their accounts."""

    REFUSE = "refuse", _("Post nothing: all or nothing")
    SUSPENSE = "suspense", _("Post the good rows and put the rest into suspense")


class ImportState(TextChoices):
    """How far a file has come."""

    HELD = "held", _("Waiting for a second person")
    RECEIVED = "received", _("Received")
    CHECKING = "checking", _("Being checked")
    PREVIEWED = "previewed", _("Checked, waiting for you")
    POSTING = "posting", _("Being posted")
    POSTED = "posted", _("Posted")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


#: A worker has it or is about to: looked after until it is done, whoever is killed meanwhile.
AT_WORK = (
    ImportState.RECEIVED,
    ImportState.CHECKING,
    ImportState.POSTING,
    ImportState.UNDOING,
)
#: Nothing of it is in the book, nor will be.
OVER_WITHOUT_TRACE = (ImportState.UNDONE, ImportState.FAILED, ImportState.CANCELLED)


class RowOutcome(TextChoices):
    """What becomes of a row; until the file is posted, what would become of it."""

    POSTED = "posted", _("To its account")
    SUSPENSE = "suspense", _("To suspense")
    #: The money is known, its account is not. On posting all of them go to suspense, or nothing is
    #: posted.
    PROBLEM = "problem", _("Has a problem")
    REJECTED = "rejected", _("Can't be posted")
    DUPLICATE = "duplicate", _("Here before")


#: Rows that are in the book once their file is posted.
IN_THE_BOOK = (RowOutcome.POSTED, RowOutcome.SUSPENSE)


class HolderMode(TextChoices):
    """What a file of account holders says about accounts that it doesn't name."""

    CHANGES = "changes", _("Changes only: accounts that a file doesn't name stay")
    REPLACE = "replace", _("Full replacement: accounts that a file doesn't name go")


class HolderOutcome(TextChoices):
    """What becomes of an account; until the file is posted, what would become of it."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    GONE = "gone", _("Gone")
    LEFT_OUT = "left_out", _("Can't be loaded")


class LayoutShape(TextChoices):
    """How the columns of a layout are told apart."""

    DELIMITED = "delimited", _("Separated by a character")
    FIXED = "fixed", _("At fixed places in the line")
    SPREADSHEET = "sheet", _("Those of a spreadsheet (.xlsx)")


class LinePart(TextChoices):
    """Which lines of a file a column stands in."""

    ROW = "row", _("Every row")
    HEADER = "header", _("Header line")
    TRAILER = "trailer", _("Trailer line")


class ColumnField(TextChoices):
    """What a column means to us."""

    REFERENCE = "reference", _("Account reference")
    AMOUNT = "amount", _("Amount")
    MONEY_IN = "money_in", _("Amount, of money in")
    MONEY_OUT = "money_out", _("Amount, of money out")
    SIGN = "sign", _("Sign of the amount")
    DATE = "date", _("Date")
    NARRATIVE = "narrative", _("Narrative")
    FUND = "fund", _("Fund code")
    METHOD = "method", _("Method of payment code")
    OFFICE = "office", _("Office code")
    VAT = "vat", _("VAT code")
    EXTERNAL_ID = "external_id", _("The sender's own number of the row")
    PAYER = "payer", _("Payer")
    TITLE = "title", _("Account holder's title")
    FORENAME = "forename", _("Account holder's forename")
    SURNAME = "surname", _("Account holder's surname, or whole name")
    ADDRESS_1 = "address_1", _("Address line 1")
    ADDRESS_2 = "address_2", _("Address line 2")
    ADDRESS_3 = "address_3", _("Address line 3")
    ADDRESS_4 = "address_4", _("Address line 4")
    POSTCODE = "postcode", _("Postcode")
    BALANCE = "balance", _("Balance that the account owes")
    STOP_MESSAGE = "stop_message", _("Stop message code")
    ROW_COUNT = "row_count", _("Number of rows (header or trailer)")
    TOTAL = "total", _("Total of the amounts (header or trailer)")
    SEQUENCE = "sequence", _("Number of the file (header or trailer)")
    IGNORED = "ignored", _("Nothing we need")


#: What only a header or a trailer says, about the file as a whole.
OF_THE_FILE = (ColumnField.ROW_COUNT, ColumnField.TOTAL, ColumnField.SEQUENCE)
#: What only files of account holders tell.
OF_HOLDERS = (
    ColumnField.TITLE,
    ColumnField.FORENAME,
    ColumnField.SURNAME,
    ColumnField.ADDRESS_1,
    ColumnField.ADDRESS_2,
    ColumnField.ADDRESS_3,
    ColumnField.ADDRESS_4,
    ColumnField.POSTCODE,
    ColumnField.BALANCE,
    ColumnField.STOP_MESSAGE,
)
#: What only files of transactions tell.
OF_MONEY = (
    ColumnField.AMOUNT,
    ColumnField.MONEY_IN,
    ColumnField.MONEY_OUT,
    ColumnField.NARRATIVE,
    ColumnField.METHOD,
    ColumnField.OFFICE,
    ColumnField.VAT,
    ColumnField.EXTERNAL_ID,
    ColumnField.PAYER,
)
AMOUNTS = (
    ColumnField.AMOUNT,
    ColumnField.MONEY_IN,
    ColumnField.MONEY_OUT,
    ColumnField.TOTAL,
)


class AmountSign(TextChoices):
    """How a file writes down which way money moved."""

    AS_WRITTEN = "as_written", _("Money in is positive")
    OPPOSITE = "opposite", _("Money in is negative")


class DateFormat(TextChoices):
    """How a file writes days down."""

    ISO = "%Y-%m-%d", _("2026-11-22")
    SLASHES = "%d/%m/%Y", _("22/11/2026")
    SHORT_SLASHES = "%d/%m/%y", _("22/11/26")
    COMPACT = "%Y%m%d", _("20261122")
    SHORT = "%y%m%d", _("261122")
    DAY_FIRST = "%d%m%Y", _("22112026")
    SHORT_DAY_FIRST = "%d%m%y", _("221126")
    HYPHENS = "%d-%m-%Y", _("22-11-2026")
    MONTH_NAMES = "%d %b %Y", _("22 Nov 2026")
    HYPHENED_NAMES = "%d-%b-%Y", _("22-Nov-2026")

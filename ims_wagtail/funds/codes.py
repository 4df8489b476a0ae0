"""The shape of the short codes that finance gives to funds, methods, offices and VAT."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


code_validator = RegexValidator(r"\A[A-Z0-9]+\Z", _("Use capital letters and digits only"))

#: General ledgers differ in their codes, but all of them read plain letters and digits.
ledger_code_validator = RegexValidator(
    r"\A[A-Za-z0-9]([A-Za-z0-9 ./-]*[A-Za-z0-9])?\Z",
    _("Use letters and digits, with spaces, full stops, hyphens or slashes between them"),
)

#: Said when a code is used a second time.
CODE_TAKEN = _("This code is taken: choose another one")

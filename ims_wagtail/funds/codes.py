"""The shape of the short codes that finance gives to funds, methods, offices and VAT."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


code_validator = RegexValidator(r"\A[A-Z0-9]+\Z", _("Use capital letters and digits only"))

"""Bank accounts that money goes back to: how they are typed and checked.

Only the form is checked. Which account numbers a sort code may have is said by tables that the
banks publish and change several times a year; no maintained library carries them.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _


#: What a payment file has room for.
NAME_LENGTH = 18
#: The characters that payments between banks may carry.
_NAME = re.compile(r"[A-Z0-9][A-Z0-9 .&/-]*")


class PayeeError(ValueError):
    """The account can't be right; ``field`` says which part, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Payee:
    """A checked bank account: digits only, the name in capitals."""

    name: str
    sort_code: str
    account_number: str


def check_payee(*, name: str, sort_code: str, account_number: str) -> Payee:
    """Read a bank account as people write it. Raises ``PayeeError``."""
    clean_name = " ".join(name.upper().replace("’", "").replace("'", "").split())
    if not clean_name:
        raise PayeeError("name", _("Enter the name on the account"))
    if len(clean_name) > NAME_LENGTH:
        raise PayeeError("name", _("The name must be 18 characters or fewer: shorten it"))
    if not _NAME.fullmatch(clean_name) or not re.search("[A-Z]", clean_name):
        raise PayeeError(
            "name", _("The name may hold letters, digits, spaces and . & / - without accents")
        )
    clean_sort_code = re.sub(r"[ -]", "", sort_code)
    if not re.fullmatch("[0-9]{6}", clean_sort_code) or clean_sort_code == "000000":
        raise PayeeError("sort_code", _("Enter the six digits of the sort code, like 30-94-30"))
    clean_number = re.sub(r"[ -]", "", account_number)
    if not re.fullmatch("[0-9]{8}", clean_number) or clean_number == "00000000":
        raise PayeeError(
            "account_number",
            _("Enter the eight digits of the account number; shorter ones have 0 before them"),
        )
    return Payee(name=clean_name, sort_code=clean_sort_code, account_number=clean_number)

"""What an account owes, told only to who knows more of it than its reference.

Whether a reference is unknown, the challenge is answered wrongly, or nobody knows what is owed, the
answer is the same, and each counts as a refused reference. Nothing of the account is shown but
what was typed and the amount; the basket line keeps no answer to the challenge.
"""

import hmac
import unicodedata

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.accounts.checks import find_account
from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.enums import Challenge
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.reference_messages import within
from ims_wagtail.money import format_pounds
from ims_wagtail.ui.forms import AmountField


CHALLENGE = "challenge"
#: How much of what is owed, asked once it has been shown.
PAY, ALL, PART = "pay", "all", "part"


def challenge_field(payment_type: PaymentType) -> forms.Field:
    """Return the field that asks what only the account holder should know."""
    labels = {Challenge.POSTCODE: _("Postcode"), Challenge.SURNAME: _("Surname")}
    hints = {
        Challenge.POSTCODE: _("Of the account holder’s address on the latest bill or letter"),
        Challenge.SURNAME: _("Of the account holder, as on the latest bill or letter"),
    }
    challenge = Challenge(payment_type.challenge)
    return forms.CharField(
        label=labels[challenge],
        help_text=hints[challenge],
        max_length=80,
        widget=forms.TextInput(
            {"spellcheck": "false", "autocomplete": "off", "class": "govuk-input--width-10"}
        ),
    )


def how_much_fields() -> dict[str, forms.Field]:
    """Return the fields that ask how much of what is owed is to be paid."""
    wrong = gettext("Choose how much you want to pay")
    return {
        PAY: forms.ChoiceField(
            choices=[(ALL, ""), (PART, _("Part of it"))],
            widget=forms.RadioSelect,
            error_messages={"required": wrong, "invalid_choice": wrong},
        ),
        PART: AmountField(label=_("How much do you want to pay?"), required=False),
    }


def tell_how_much(field: forms.Field, *, account: AccountHolder) -> None:
    """Put what is owed into the question how much is to be paid."""
    owed = format_pounds(account.balance)  # type: ignore[arg-type]
    field.label = gettext("%(owed)s is owed on %(reference)s. How much do you want to pay?") % {
        "owed": owed,
        "reference": account.reference,
    }
    field.choices = [  # type: ignore[attr-defined]
        (ALL, gettext("All of it, %(owed)s") % {"owed": owed}),
        (PART, gettext("Part of it")),
    ]


def look_up(*, payment_type: PaymentType, reference: str, answer: str) -> AccountHolder | None:
    """Return the account of a normalised reference to who answers the challenge; one query."""
    account = find_account(payment_type.fund, reference)
    known = ""
    if account is not None and account.balance is not None:
        by_postcode = payment_type.challenge == Challenge.POSTCODE
        known = account.postcode if by_postcode else account.surname
    # An account without a postcode is nobody's who leaves it empty, or types only spaces.
    expected, given = _bare(known), _bare(answer)
    right = hmac.compare_digest(expected.encode(), given.encode())
    return account if right and expected else None


def not_found(label: str) -> str:
    """Return the one answer there is to a wrong reference and to a wrong challenge."""
    return gettext(
        "We can’t find what is owed with these details. Check your %(label)s and what else you "
        "typed against your latest bill or letter"
    ) % {"label": within(label)}


def _bare(text: str) -> str:
    """Return letters and figures only: people leave out spaces, accents and apostrophes."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if character.isalnum()).casefold()

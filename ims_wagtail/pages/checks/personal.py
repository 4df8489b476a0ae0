"""Whether the page asks for no more about people than it has a reason for.

UK GDPR, articles 5(1)(c) and 13: no more than the purpose needs, and people are told why when they
are asked.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.questions import Question

from .findings import Finding, Severity, check
from .version import Version


_PERSONAL_KINDS = frozenset(
    {
        QuestionKind.TELEPHONE,
        QuestionKind.EMAIL,
        QuestionKind.POSTCODE,
        QuestionKind.ADDRESS,
    }
)
_PERSONAL = re.compile(
    r"^name\b\W*$|\b(?:(?:your|full|first|last|sur)\s?names?|name and|date of birth|born|birthday"
    r"|address|postcode|e-?mail|tele?phone|mobile|national insurance|passport|registration number"
    r"|enw|dyddiad geni|cyfeiriad|cod post|ffôn)\b",
    re.IGNORECASE,
)
#: Article 9: what needs a reason of its own.
_SPECIAL = re.compile(
    r"\b(?:disab\w+|health|medical|illness|ethnic\w*|race|religio\w*|belief|sexual\w*|gender"
    r"|pregnan\w+|trade union|anabl\w+|iechyd|crefydd)\b",
    re.IGNORECASE,
)
_CARD = re.compile(
    r"\b(?:card number|credit card|debit card|cvv|cvc|security code|sort code|bank account"
    r"|account and sort|expiry date|rhif cerdyn|cod didoli)\b",
    re.IGNORECASE,
)


@check
def no_card_details(version: Version) -> Iterator[Finding]:
    """Only the payment provider's page may ask for them."""
    for question in version.questions:
        if _CARD.search(question.label):
            yield _finding(
                question,
                "card-details",
                Severity.STOP,
                _("“%(question)s” asks for card or bank details"),
                _("Take it out. Only the payment provider’s own page asks for them."),
            )


@check
def personal_data_has_a_reason(version: Version) -> Iterator[Finding]:
    """Who is asked for something personal reads why, right there."""
    for question in version.questions:
        if _is_personal(question) and not question.hint:
            yield _finding(
                question,
                "personal-data",
                Severity.STOP,
                _("“%(question)s” asks for personal data and does not say why"),
                _("Say in its hint what you need it for, or take it out."),
            )


@check
def special_data_is_looked_at(version: Version) -> Iterator[Finding]:
    """Health, belief and the like are another matter than an address."""
    for question in version.questions:
        if _SPECIAL.search(question.label):
            yield _finding(
                question,
                "special-data",
                Severity.ADVISE,
                _("“%(question)s” asks about something the law protects above all"),
                _("Ask your data protection officer first, and whether you can do without it."),
            )


def _is_personal(question: Question) -> bool:
    return question.kind in _PERSONAL_KINDS or bool(_PERSONAL.search(question.label))


def _finding(
    question: Question, code: str, severity: Severity, message: str, remedy: str
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=message % {"question": question.label},
        remedy=remedy,
        field="questions",
    )

"""What check digits, reference rules and payment types must satisfy before they are saved."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ims_wagtail.money import format_pounds

from .check_digits import CheckDigitFacts
from .enums import AmountSource, CheckDigitAlgorithm, ReferenceSource
from .patterns import PatternRefused, check_pattern
from .references import ReferenceInvalid, compile_rule, open_reference


if TYPE_CHECKING:
    from .models import CheckDigit, PaymentType, ReferenceRule


def clean_check_digit(config: "CheckDigit") -> None:
    """Raise ``ValidationError`` naming every field that can't work."""
    errors: dict[str, object] = {}
    weights = config.weights or []
    if not all(0 <= weight <= 99 for weight in weights):
        errors["weights"] = _("Weights must be between 0 and 99")
    if config.source_prefix:
        if config.algorithm == CheckDigitAlgorithm.DYNIX:
            errors["source_prefix"] = _("The Dynix algorithm does not replace the start")
        elif not (config.source_prefix.isascii() and config.source_prefix.isalnum()):
            errors["source_prefix"] = _("Use letters and digits only")
        elif len(config.source_prefix) >= len(weights):
            errors["source_prefix"] = _("It must be shorter than the list of weights")
    if problem := _substitutions_problem(config):
        errors["substitutions"] = problem
    if errors:
        raise ValidationError(errors)


def _substitutions_problem(config: "CheckDigit") -> object:
    if not isinstance(config.substitutions, dict):
        return _("Write pairs, like {“10”: “A”}")
    for result, character in config.substitutions.items():
        if not (
            str(result).isascii()
            and str(result).isdecimal()
            and 0 <= int(result) <= (config.modulus or 0)
        ):
            return _("Each result must be a number no larger than the modulus")
        if not (
            isinstance(character, str)
            and len(character) == 1
            and character.isascii()
            and character.isalnum()
        ):
            return _("Each result must be written as one letter or digit")
    return None


def clean_reference_rule(rule: "ReferenceRule") -> None:
    """Raise ``ValidationError`` naming every field that can't work."""
    errors: dict[str, object] = {}
    shortest, longest = rule.minimum_length, rule.maximum_length
    if None in (shortest, longest):
        return
    if shortest > longest:
        errors["maximum_length"] = _("The longest can't be less than the shortest")
    if rule.mask and (problem := _mask_problem(rule)):
        errors["mask"] = problem
    if rule.check_digit:
        reach = CheckDigitFacts.of(rule.check_digit).longest_reference()
        if reach < (len(rule.mask) or longest):
            errors["check_digit"] = _("It has fewer weights than the reference has characters")
    if rule.pattern:
        try:
            check_pattern(rule.pattern)
        except PatternRefused as refused:
            errors["pattern"] = str(refused)
    if errors:
        raise ValidationError(errors)
    if rule.example:
        try:
            compile_rule(rule)(rule.example)
        except ReferenceInvalid as invalid:
            raise ValidationError(
                {
                    "example": _("The example breaks the rule: %(problem)s")
                    % {"problem": _PROBLEMS[invalid.code]}
                }
            ) from invalid


_PROBLEMS = {
    "blank": _("nothing is left of it"),
    "length": _("its length"),
    "characters": _("its characters"),
    "pattern": _("the pattern"),
    "mask": _("the mask"),
    "check_digit": _("its check digit"),
}


def _mask_problem(rule: "ReferenceRule") -> object:
    if not all(" " <= character <= "~" for character in rule.mask):
        return _("Use plain letters, digits and punctuation")
    if not rule.minimum_length <= len(rule.mask) <= rule.maximum_length:
        return _("The mask must be as long as a reference: between the shortest and the longest")
    if rule.mask.count("@") > 1:
        return _("A reference has one check character")
    if "@" in rule.mask and not rule.check_digit:
        return _("Choose the check digit that @ stands for")
    if (
        rule.check_digit
        and rule.check_digit.algorithm == CheckDigitAlgorithm.DYNIX
        and "@" in rule.mask
        and not rule.mask.endswith("@")
    ):
        return _("The Dynix algorithm has its check digit at the end")
    return None


def clean_payment_type(payment_type: "PaymentType") -> None:
    """Raise ``ValidationError`` naming every field that can't work; tidies a fixed reference."""
    errors: dict[str, object] = {}
    fund = payment_type.fund if payment_type.fund_id else None
    price = payment_type.price
    if payment_type.amount_source == AmountSource.FIXED and price is None:
        errors["price"] = _("Choose the price")
    elif price is not None and not price.enabled:
        errors["price"] = _("Choose a price that is enabled")
    if payment_type.amount_source == AmountSource.BALANCE:
        errors |= _balance_problems(payment_type)
    if payment_type.reference_source == ReferenceSource.FIXED and not payment_type.fixed_reference:
        errors["fixed_reference"] = _("Enter the account that every payment goes to")
    elif payment_type.reference_source == ReferenceSource.FIXED:
        rule = fund.reference_rule if fund else None
        try:
            payment_type.fixed_reference = (compile_rule(rule) if rule else open_reference)(
                payment_type.fixed_reference
            )
        except ReferenceInvalid as invalid:
            errors["fixed_reference"] = invalid.message_for(str(_("Account")))
    elif not payment_type.reference_label:
        errors["reference_label"] = _("Enter what residents call the reference")
    if fund and fund.is_suspense:
        errors["fund"] = _("Residents can't pay into the suspense fund")
    elif fund:
        limit = fund.maximum_amount
        too_much = _("The fund takes no more than %(limit)s at once")
        if payment_type.maximum_amount is not None and payment_type.maximum_amount > limit:
            errors["maximum_amount"] = too_much % {"limit": format_pounds(limit)}
        if price is not None and any(change.amount > limit for change in price.changes.all()):
            errors.setdefault("price", too_much % {"limit": format_pounds(limit)})
    if errors:
        raise ValidationError(errors)


def _balance_problems(payment_type: "PaymentType") -> dict[str, object]:
    """Find what keeps residents from looking up what an account owes."""
    errors: dict[str, object] = {}
    if not payment_type.challenge:
        errors["challenge"] = _("Choose what has to be known before what is owed is shown")
    if payment_type.reference_source != ReferenceSource.PAYER:
        errors["reference_source"] = _("Only an account that the payer names owes something")
    return errors

"""From what people typed to typed facts, and back to a sentence. Bad values say what to type."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ims_wagtail.funds.finding import compile_finder
from ims_wagtail.funds.models import Fund, MethodOfPayment, Office, PaymentType, VatCode
from ims_wagtail.funds.patterns import PatternRefused, check_pattern
from ims_wagtail.funds.references import RuleFacts as ReferenceFacts
from ims_wagtail.imports.models import ImportRule, RuleAction, RuleCondition
from ims_wagtail.money import AmountError, format_pounds, parse_amount

from .enums import (
    AMOUNT_OPERATORS,
    DATE_OPERATORS,
    TEXT_OPERATORS,
    WITHOUT_VALUE,
    ActionKind,
    Match,
    Operator,
    RuleField,
)
from .facts import ActionFacts, ConditionFacts, Finder, RuleFacts, Value


#: Whose codes an action's value has to be, and by which column.
_CODES = {
    ActionKind.FUND: (Fund, "code"),
    ActionKind.METHOD: (MethodOfPayment, "code"),
    ActionKind.OFFICE: (Office, "code"),
    ActionKind.VAT: (VatCode, "code"),
}


def facts_of(rule: ImportRule) -> RuleFacts:
    """Return a rule as the compiler takes it; its conditions and actions may be prefetched."""
    groups: dict[int, list[ConditionFacts]] = {}
    for condition in rule.conditions.all():
        facts = ConditionFacts(
            RuleField(condition.field), Operator(condition.operator), value_of(condition)
        )
        groups.setdefault(condition.group, []).append(facts)
    return RuleFacts(
        pk=rule.pk,
        groups=tuple(tuple(groups[number]) for number in sorted(groups)),
        actions=tuple(
            ActionFacts(
                ActionKind(action.kind),
                action.value,
                amount=action.amount,
                fund=action.fund.code if action.fund else "",
            )
            for action in rule.actions.all()
        ),
        match=Match(rule.match),
        starts=rule.starts,
        ends=rule.ends,
    )


def finders_of(rules: Iterable[RuleFacts]) -> dict[str, Finder]:
    """Return how the references are found that rules look for; one query."""
    wanted = {
        condition.value
        for rule in rules
        for group in rule.groups
        for condition in group
        if condition.operator == Operator.HOLDS_REFERENCE
    } | {
        action.value
        for rule in rules
        for action in rule.actions
        if action.kind == ActionKind.TAKE_REFERENCE
    }
    types = PaymentType.objects.filter(slug__in=wanted).select_related(
        "fund__reference_rule__check_digit"
    )
    return {one.slug: Finder(fund=one.fund.code, find=_find(one)) for one in types}


def value_of(condition: RuleCondition) -> Value:
    """Return a condition's value in its type. Raises ``ValidationError`` in words."""
    operator, text = Operator(condition.operator), condition.value.strip()
    field = RuleField(condition.field)
    if operator not in _operators(field):
        raise ValidationError(
            _("“%(operator)s” doesn't go with the %(field)s")
            % {"operator": operator.label, "field": field.label}
        )
    if operator in WITHOUT_VALUE:
        return None
    if not text:
        raise ValidationError(_("Enter what it is compared with"))
    if field == RuleField.AMOUNT:
        return _amount(text)
    if field == RuleField.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(_("Enter a day, like 2026-11-22")) from error
    if operator == Operator.ONE_OF:
        return frozenset(part for line in text.splitlines() if (part := line.strip()))
    if operator == Operator.MATCHES:
        _check_pattern(text)
    elif operator == Operator.HOLDS_REFERENCE:
        _check_payment_type(text)
    return text


def check_action(action: RuleAction) -> None:
    """Raise ``ValidationError`` in words for an action that can't be done."""
    kind, text = ActionKind(action.kind), action.value.strip()
    if not text:
        raise ValidationError({"value": _("Enter a value")})
    if kind == ActionKind.SPLIT:
        if action.amount is None or action.amount <= 0:
            raise ValidationError({"amount": _("Enter the amount of the part")})
        if action.fund is None:
            raise ValidationError({"fund": _("Choose the fund of the part")})
    elif action.amount is not None or action.fund is not None:
        raise ValidationError(_("Amount and fund of a part go with a split only"))
    try:
        if kind == ActionKind.EXTRACT:
            _check_pattern(text)
        elif kind == ActionKind.TAKE_REFERENCE:
            _check_payment_type(text)
        elif kind in _CODES:
            model, column = _CODES[kind]
            if not model._default_manager.filter(**{column: text}).exists():
                raise ValidationError(_("There is no such code"))
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error


def sentence(rule: ImportRule) -> str:
    """Return a rule as one sentence, as its form is read."""
    groups: dict[int, list[str]] = {}
    for condition in rule.conditions.all():
        groups.setdefault(condition.group, []).append(_condition_words(condition))
    inner, outer = (_(" and "), _("; or ")) if rule.match == Match.ANY else (_(" or "), _("; and "))
    when = outer.join(inner.join(groups[number]) for number in sorted(groups))
    then = _(", and ").join(_action_words(action) for action in rule.actions.all())
    if not when:
        return _("Always: %(then)s.") % {"then": then}
    return _("When the %(when)s: %(then)s.") % {"when": when, "then": then}


def _condition_words(condition: RuleCondition) -> str:
    field, operator = RuleField(condition.field).label, Operator(condition.operator).label
    if Operator(condition.operator) in WITHOUT_VALUE:
        return f"{field} {operator}"
    value = condition.value.strip()
    if Operator(condition.operator) == Operator.ONE_OF:
        value = ", ".join(line.strip() for line in value.splitlines() if line.strip())
    if condition.field == RuleField.AMOUNT:
        return f"{field} {operator} {format_pounds(_amount(value))}"
    return f"{field} {operator} “{value}”"


def _action_words(action: RuleAction) -> str:
    label = ActionKind(action.kind).label
    if action.kind == ActionKind.SPLIT and action.amount is not None and action.fund:
        return _("put %(amount)s of it to account %(account)s in fund %(fund)s") % {
            "amount": format_pounds(action.amount),
            "account": action.value,
            "fund": action.fund,
        }
    return f"{label} “{action.value}”"


def _operators(field: RuleField) -> tuple[Operator, ...]:
    if field == RuleField.AMOUNT:
        return AMOUNT_OPERATORS
    return DATE_OPERATORS if field == RuleField.DATE else TEXT_OPERATORS


def _amount(text: str) -> Decimal:
    """Read pounds; money out is written with a minus sign."""
    negative = text.startswith("-")
    try:
        amount = parse_amount(text.removeprefix("-"))
    except AmountError as error:
        raise ValidationError(str(error)) from error
    return -amount if negative else amount


def _check_pattern(text: str) -> None:
    try:
        check_pattern(text)
    except PatternRefused as error:
        raise ValidationError(str(error)) from error


def _check_payment_type(slug: str) -> None:
    found = PaymentType.objects.filter(slug=slug).select_related("fund__reference_rule").first()
    if found is None:
        raise ValidationError(_("There is no such payment type"))
    rule = found.fund.reference_rule
    if rule is None or not ReferenceFacts.of(rule).is_specific():
        raise ValidationError(
            _("References of %(name)s may be nearly anything, so none can be told from other words")
            % {"name": found}
        )


def _find(payment_type: PaymentType) -> Callable[[str], tuple[str, ...]]:
    rule = payment_type.fund.reference_rule
    return compile_finder(ReferenceFacts.of(rule) if rule else ReferenceFacts())

"""From what an editor laid out to the amount the payment form works out, and what is wrong with it.

Conditions are written in words, as those of questions are, and looked up among the questions every
time: a question that was renamed is found out before the page is published.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.blocks import StreamValue
from wagtail.blocks.struct_block import StructValue

from ims_wagtail.checkout.amounts.layouts import (
    Item,
    Layout,
    Needed,
    PriceList,
    Rule,
    RuleTable,
    Suggestions,
)
from ims_wagtail.checkout.amounts.working import NoAmount, Prices, work_out
from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.questions import Question
from ims_wagtail.money import PENNY, format_pounds

from .amount_blocks import given_price


#: Kinds of question that a rule may look at.
LOOKED_AT = (QuestionKind.CHOICE, QuestionKind.YES_NO, QuestionKind.NUMBER)


def layout_from(stream: StreamValue, questions: Sequence[Question]) -> Layout | None:
    """Return how a page lays out its amount, leaving out what a draft has not finished.

    A rule that can't be read would make another one count, so then there are none.
    """
    for block in stream:
        match block.block_type:
            case "price_list":
                return _price_list(block.value)
            case "rules":
                return _rule_table(block.value, questions)
            case "suggestions":
                amounts = (amount for amount in block.value["amounts"] if amount)
                return Suggestions(tuple(amount.quantize(PENNY) for amount in amounts))
    return None


def problems(
    stream: StreamValue, questions: Sequence[Question], prices: Prices
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an amount and what to do about it; ``prices`` are today's."""
    for block in stream:
        for price in _prices_of(block.block_type, block.value):
            if price.pk not in prices:
                yield (
                    _("“%(price)s” is not a price of this payment type, or has no amount today")
                    % {"price": price.name},
                    _("Choose another price, or ask finance to add it to the payment type."),
                )
        if block.block_type == "rules":
            yield from _rule_problems(block.value, questions, prices)


def examples(
    value: StructValue, questions: Sequence[Question], prices: Prices
) -> Iterator[tuple[StructValue, Decimal | None]]:
    """Yield the examples of a table of rules with what they really come to, in pounds."""
    table = _rule_table(value, questions)
    for example in value["examples"]:
        given = {}
        for each in example["answers"]:
            question = named(each["question"], questions)
            if question is not None:
                given[question.key] = _as_kept(question, each["answer"])
        try:
            found = work_out(table, chosen=given, prices=prices).amount
        except NoAmount:
            found = None
        yield example, found


def named(words: str, questions: Sequence[Question]) -> Question | None:
    """Return the question that says this, if a rule may look at it."""
    wanted = _plain(words)
    for question in questions:
        if question.kind in LOOKED_AT and _plain(question.label) == wanted:
            return question
    return None


def _price_list(value: StructValue) -> PriceList:
    items = []
    for place, child in enumerate(value["lines"].bound_blocks, start=1):
        item = child.value
        first = given_price(item, "price")
        if first is not None:
            items.append(
                Item(
                    key=child.id or f"new-{place}",
                    label=item["label"],
                    first=first,
                    further=given_price(item, "further"),
                    hint=item["hint"],
                    most=item["most"] or 1,
                )
            )
    return PriceList(items=tuple(items), only_one=bool(value["only_one"]))


def _rule_table(value: StructValue, questions: Sequence[Question]) -> RuleTable:
    rules = [_rule(rule, questions) for rule in value["rules"]]
    times = named(value["times"], questions) if value["times"] else None
    if value["times"] and times is None:
        return RuleTable(rules=())
    whole = tuple(rule for rule in rules if rule is not None)
    return RuleTable(
        rules=whole if len(whole) == len(rules) else (), times=times.key if times else ""
    )


def _rule(value: StructValue, questions: Sequence[Question]) -> Rule | None:
    first = given_price(value, "price")
    tests = [_test(test, questions) for test in value["tests"]]
    if first is None or not all(tests):
        return None
    return Rule(
        tests=tuple(test for test in tests if test),
        first=first,
        further=given_price(value, "further"),
    )


def _test(value: StructValue, questions: Sequence[Question]) -> Needed | None:
    question = named(value["question"] or "", questions)
    if question is None:
        return None
    if question.kind == QuestionKind.NUMBER:
        bounds = {"least": value["least"], "most": value["most"]}
        if bounds == {"least": None, "most": None}:
            return None
        return Needed(question=question.key, label=question.label, **bounds)
    answer = _known_answers(question).get(_plain(value["answer"] or ""))
    if answer is None:
        return None
    return Needed(question.key, question.label, answer=answer, said=value["answer"].strip())


def _rule_problems(
    value: StructValue, questions: Sequence[Question], prices: Prices
) -> Iterator[tuple[str, str]]:
    same_words = _("Write it in the words of the question.")
    times = value["times"]
    if times and getattr(named(times, questions), "kind", "") != QuestionKind.NUMBER:
        yield _("No number question says “%(question)s”") % {"question": times}, same_words
    for number, rule in enumerate(value["rules"], start=1):
        for test in rule["tests"]:
            question = named(test["question"], questions)
            facts = {"number": number, "question": test["question"], "answer": test["answer"]}
            if question is None:
                yield (
                    _("Rule %(number)d: no question it may look at says “%(question)s”") % facts,
                    same_words,
                )
            elif _test(test, questions) is None:
                yield (
                    _("Rule %(number)d: “%(question)s” can’t be answered with “%(answer)s”")
                    % facts,
                    _offered(question),
                )
    if value["rules"] and value["rules"][-1]["tests"]:
        yield (
            _("The last rule doesn’t hold for everybody else, who could not pay"),
            _("Add a rule without conditions at the end."),
        )
    for example, found in examples(value, questions, prices):
        if found != example["amount"]:
            yield _wrong_example(example, found)


def _wrong_example(example: StructValue, found: Decimal | None) -> tuple[str, str]:
    facts = {"name": example["name"], "amount": format_pounds(example["amount"])}
    remedy = _("Put the rules or the example right.")
    if found is None:
        return _("The example “%(name)s: %(amount)s” has no price by the rules") % facts, remedy
    return (
        _("The example “%(name)s: %(amount)s” comes to %(found)s by the rules")
        % {**facts, "found": format_pounds(found)},
        remedy,
    )


def _prices_of(kind: str, value: StructValue) -> list[Any]:
    rows = {"price_list": "lines", "rules": "rules"}
    found = {}
    for row in value[rows[kind]] if kind in rows else ():
        for name in ("price", "further"):
            if row.get(name) is not None:
                found[row[name].pk] = row[name]
    return list(found.values())


def _as_kept(question: Question, answer: str) -> str:
    return _known_answers(question).get(_plain(answer), answer.strip())


def _known_answers(question: Question) -> Mapping[str, str]:
    """Return the answers residents can give, by what an editor may write for them."""
    if question.kind == QuestionKind.CHOICE:
        return {_plain(choice): choice for choice in question.choices}
    known: dict[str, str] = {}
    for code, _name in settings.LANGUAGES if question.kind == QuestionKind.YES_NO else ():
        with override(code):
            known |= {_plain(_("Yes")): "yes", _plain(_("No")): "no"}
    return known


def _offered(question: Question) -> str:
    if question.kind == QuestionKind.NUMBER:
        return _("Say from or up to which number.")
    answers = question.choices or (_("Yes"), _("No"))
    return _("It can be answered with %(answers)s.") % {
        "answers": ", ".join(f"“{answer}”" for answer in answers)
    }


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()

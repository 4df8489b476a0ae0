"""What price lists and rules come to: as a person would read them, whatever was chosen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ims_wagtail.checkout.amounts.layouts import (
    Item,
    Needed,
    PriceList,
    Rule,
    RuleTable,
    Suggestions,
    kept,
    layout_of,
)
from ims_wagtail.checkout.amounts.words import in_words
from ims_wagtail.checkout.amounts.working import NoAmount, work_out


PRICES = {1: Decimal("46.00"), 2: Decimal("30.00"), 3: Decimal("36.00"), 4: Decimal("31.50")}
CONCESSION = Needed("c", "Concession?", answer="yes", said="Yes")
BINS = PriceList(items=(Item("bins", "Garden bins", first=1, further=2, most=4),))
TABLE = RuleTable(
    rules=(Rule(tests=(CONCESSION,), first=3, further=4), Rule(tests=(), first=1, further=2)),
    times="n",
)

prices = st.dictionaries(
    st.integers(1, 6), st.decimals("0.01", "999.99", places=2), min_size=1, max_size=6
)
items = st.lists(
    st.builds(
        Item,
        key=st.sampled_from("abcdef"),
        label=st.just("thing"),
        first=st.integers(1, 6),
        further=st.none() | st.integers(1, 6),
        most=st.integers(1, 9),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda item: item.key,
)
bounds = st.none() | st.integers(0, 6)
chosen_tests = st.builds(
    Needed, st.sampled_from("pq"), st.just("Question"), answer=st.sampled_from(["yes", "no"])
)
number_tests = st.builds(
    Needed, st.sampled_from("mn"), st.just("Number"), least=st.integers(0, 6), most=bounds
)
rules = st.lists(
    st.builds(
        Rule,
        tests=st.lists(chosen_tests | number_tests, max_size=3).map(tuple),
        first=st.integers(1, 6),
        further=st.none() | st.integers(1, 6),
    ),
    max_size=5,
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "p": st.sampled_from(["yes", "no", ""]),
        "q": st.sampled_from(["yes", "no", ""]),
        "m": st.integers(0, 7).map(str),
        "n": st.integers(0, 7).map(str),
    },
)


def one_by_one(first, further, quantity, today):
    """The first one and each after it, added up as at a till; nothing where a price is missing."""
    total = Decimal(0)
    for place in range(quantity):
        price = today.get(first if place == 0 or further is None else further)
        if price is None:
            return None
        total += price
    return total


def worked_out(layout, chosen, today):
    try:
        return work_out(layout, chosen=chosen, prices=today).amount
    except NoAmount:
        return None


@given(items, st.data(), prices)
def test_a_price_list_comes_to_what_a_till_would_add_up(listed, data, today):
    chosen = {item.key: data.draw(st.integers(0, item.most), label=item.key) for item in listed}
    parts = [one_by_one(item.first, item.further, chosen[item.key], today) for item in listed]
    expected = None if None in parts or not sum(parts) else sum(parts)

    assert worked_out(PriceList(items=tuple(listed)), chosen, today) == expected


def holds(test, given):
    answer = given.get(test.question, "")
    if test.answer:
        return answer == test.answer
    return (
        answer != ""
        and int(answer) >= test.least
        and (test.most is None or int(answer) <= test.most)
    )


@given(rules, answers, prices, st.booleans())
def test_the_first_rule_that_holds_as_written_sets_the_price(written, given, today, counted):
    quantity = int(given.get("n") or 0) if counted else 1
    expected = None
    for rule in written:
        if all(holds(test, given) for test in rule.tests):
            expected = one_by_one(rule.first, rule.further, quantity, today) or None
            break

    table = RuleTable(rules=tuple(written), times="n" if counted else "")

    assert worked_out(table, given, today) == expected


@given(items, rules)
def test_a_line_keeps_a_layout_as_it_was(listed, written):
    for layout in (
        PriceList(items=tuple(listed), only_one=True),
        RuleTable(rules=tuple(written), times="n"),
        Suggestions((Decimal("5.00"), Decimal("12.50"))),
    ):
        assert layout_of(kept(layout)) == layout


@pytest.mark.parametrize("quantity", [5, -1])
def test_more_than_may_be_had_or_less_than_nothing_has_no_amount(quantity):
    with pytest.raises(NoAmount):
        work_out(BINS, chosen={"bins": quantity}, prices=PRICES)


def test_what_made_an_amount_up_reads_like_a_till_receipt():
    assert in_words(work_out(BINS, chosen={"bins": 3}, prices=PRICES)) == [
        ("Garden bins", "1 at £46.00 and 2 at £30.00 each")
    ]
    assert in_words(work_out(TABLE, chosen={"c": "yes", "n": "2"}, prices=PRICES)) == [
        ("How the amount comes about", "1 at £36.00 and 1 at £31.50, for “Concession?”: Yes")
    ]

"""A rule's page tells what the rule makes of a reference, without JavaScript."""

import pytest

from tests.factories import make_council_tax_rule
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import table


@pytest.fixture
def page(db):
    rule = make_council_tax_rule()
    viewer = logged_in(make_person("ims_funds.view_referencerule", funds=(ALL_FUNDS,)))
    return lambda **typed: viewer.get(f"/admin/income/reference-rules/inspect/{rule.pk}/", typed)


def test_a_reference_that_holds_shows_every_step(page):
    response = page(reference="301 122 331")

    assert "This reference holds." in response.content.decode()
    steps = table(response)
    assert [row["Verdict"] for row in steps] == ["Right"] * len(steps)
    assert "expected 1, found 1" in steps[-1]["Found"]


def test_a_wrong_reference_says_what_residents_would_read(page):
    response = page(reference="301122332")

    assert "Check your reference: one of its characters is wrong" in response.content.decode()
    assert [row["Step"] for row in table(response) if row["Verdict"] == "Wrong"] == [
        "Check character"
    ]


@pytest.mark.parametrize("typed", ["", "<script>", "9" * 101, "é"])
def test_anything_at_all_may_be_tried(page, typed):
    response = page(reference=typed)

    assert response.status_code == 200
    assert "This reference holds." not in response.content.decode()
    assert (
        "<script>"
        not in response.content.decode().partition('id="ims-try"')[2].partition("</section>")[0]
    )


def test_nothing_is_tried_until_something_is_typed(page):
    assert table(page()) == []

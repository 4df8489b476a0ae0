"""Questions that are asked only with a certain answer to an earlier one."""

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template

from ims_wagtail.checkout.conditions import Condition
from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import BasketLine
from ims_wagtail.checkout.questions import Question
from ims_wagtail.funds.models import PaymentType
from tests.checkout.resident import Resident
from tests.checkout.test_entry import answer


PERMIT = Question(key="permit", label="Do you have a permit?", kind=QuestionKind.YES_NO)
NUMBER = Question(key="number", label="Permit number", when=Condition("permit", ("yes",)))
KIND = Question(
    key="kind",
    label="What kind?",
    kind=QuestionKind.CHOICE,
    choices=("Resident", "Trade", "Visitor"),
    when=Condition("permit", ("yes",)),
)
FIRM = Question(key="firm", label="Which firm?", when=Condition("kind", ("Trade",)))
STAY = Question(key="stay", label="How long?", when=Condition("kind", ("Trade", "Visitor")))
QUESTIONS = (PERMIT, NUMBER, KIND, FIRM, STAY)

ASKED = {
    "question-permit": "yes",
    "question-number": "P1",
    "question-kind": "Trade",
    "question-firm": "Ada & Co",
    "question-stay": "A day",
}


def kept() -> dict[str, str]:
    """What the only basket line holds, by question."""
    return {a["key"]: a["value"] for a in BasketLine.objects.get().answers}


def drawn(form: EntryForm) -> BeautifulSoup:
    """The form as a browser gets it."""
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    return BeautifulSoup(html, "html.parser")


def empty() -> EntryForm:
    """The form before anything is typed."""
    garden_bin = PaymentType.objects.get(slug="garden-bin")
    return EntryForm(payment_type=garden_bin, questions=QUESTIONS)


def test_answers_are_kept_where_the_condition_holds(council):
    _form, response = answer(questions=QUESTIONS, **ASKED)

    assert response.status_code == 303
    assert kept() == {key.removeprefix("question-"): value for key, value in ASKED.items()}


@pytest.mark.parametrize(
    ("changed", "gone"),
    [
        ({"question-kind": "Visitor"}, {"firm"}),
        ({"question-kind": "Resident"}, {"firm", "stay"}),
        # What depends on a question that is not asked is not asked either, whatever was sent.
        ({"question-permit": "no"}, {"number", "kind", "firm", "stay"}),
    ],
)
def test_what_is_not_asked_is_neither_missed_nor_kept(council, changed, gone):
    _form, response = answer(questions=QUESTIONS, **(ASKED | changed))

    assert response.status_code == 303
    assert {key for key, value in kept().items() if not value} == gone


def test_nothing_wrong_is_said_of_what_is_not_asked(council):
    card = {"question-permit": "no", "question-number": "5555 5555 5555 4444"}

    _form, response = answer(questions=QUESTIONS, **card)

    assert response.status_code == 303
    assert set(kept().values()) == {"no", ""}


def test_what_is_asked_has_to_be_answered(council):
    form, response = answer(questions=QUESTIONS, **{"question-permit": "yes"})

    assert response is None
    assert list(form.errors) == ["question-number", "question-kind"]


def test_a_question_stands_under_the_one_answer_it_depends_on(council):
    page = drawn(empty())

    yes = page.find("input", {"name": "question-permit", "value": "yes"})
    under = page.find(id=yes["data-aria-controls"])
    assert under.find("input", {"name": "question-number"})
    trade = under.find("input", {"name": "question-kind", "value": "Trade"})
    assert page.find(id=trade["data-aria-controls"]).find("input", {"name": "question-firm"})


def test_a_question_with_several_such_answers_says_so_in_its_hint(council):
    page = drawn(empty())

    stay = page.find("input", {"name": "question-stay"})
    hint = page.find(id=stay["aria-describedby"]).get_text(strip=True)
    assert hint == "Only if you answered “Trade” or “Visitor” to “What kind?”."


def test_a_changed_line_still_knows_its_conditions(council):
    _form, response = answer(questions=QUESTIONS, **(ASKED | {"question-permit": "no"}))
    resident = Resident()
    resident.client.cookies = response.cookies
    page = resident.visit(resident.visit("/pay/basket/").link("Change"))

    refused = resident.fill_in(page, **{"question-permit": "yes"})
    assert len(refused.errors) == 2
    changed = resident.fill_in(
        refused, **{"question-number": "P2", "question-kind": "Resident", "question-stay": "x"}
    )

    assert ("Permit number", "P2") in changed.rows()
    assert "How long?" not in dict(changed.rows())

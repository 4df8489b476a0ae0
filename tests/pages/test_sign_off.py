"""Finance signs off what a page takes and asks; words go out without it; nobody their own."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, Workflow, WorkflowPage, WorkflowTask

from ims_wagtail.pages.models import FinanceSignOff, PaymentPage
from ims_wagtail.pages.sign_off import SIGN_OFF
from ims_wagtail.pages.signed_off import needs_sign_off
from tests.factories import make_fund
from tests.pages.making import make_editor, make_page, question, signed_in, words
from tests.pages.test_editing import added
from tests.staff.people import make_person


@pytest.fixture(autouse=True)
def workflow(home):
    """Every page under the home page goes through finance."""
    task = FinanceSignOff.objects.create(name="Finance")
    workflow = Workflow.objects.create(name="Payment pages")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=home)
    return workflow


@pytest.fixture
def editor(home, council_tax):
    return make_editor(fund=council_tax.fund, on=home, publish=False)


@pytest.fixture
def finance(council_tax):
    return make_person(
        SIGN_OFF, "ims_funds.view_paymenttype", funds=(council_tax.fund,), name="fay"
    )


def submitted(page, by):
    """A draft that its editor has put before finance; the state it waits in."""
    page.save_revision(user=by)
    page.get_workflow().start(page, by)
    return page.current_workflow_task_state


def decide(person, state, action="approve"):
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[state.workflow_state.content_object.pk, action, state.pk],
    )
    return signed_in(person).post(address, {"comment": "Looked at"})


def published(home, payment_type, **values):
    return make_page(home, payment_type=payment_type, first_published_at=timezone.now(), **values)


def live_version(page):
    return PaymentPage.objects.get(pk=page.pk)


def test_a_new_page_goes_live_once_finance_has_signed_it_off(home, council_tax, editor, finance):
    page = make_page(home, payment_type=council_tax, live=False)
    state = submitted(page, editor)
    assert not live_version(page).live
    dashboard = words(signed_in(finance).get(reverse("wagtailadmin_home")))
    assert "Pay your council tax" in dashboard

    decide(finance, state)

    assert live_version(page).live


def test_words_alone_go_out_at_once(home, council_tax):
    publisher = make_editor(fund=council_tax.fund, on=home)
    page = published(home, council_tax, questions=[question("short_text", "Garden")])
    page.introduction = "<p>Have your bill ready.</p>"

    submitted(page, publisher)
    assert "bill ready" in live_version(page).introduction

    page.introduction = "<p>Have your bill at hand.</p>"
    page.save_revision(user=publisher).publish(user=publisher)
    assert "at hand" in live_version(page).introduction


def test_who_may_publish_pages_keeps_a_draft_until_finance_has_seen_it(home, council_tax, finance):
    publisher = make_editor(fund=council_tax.fund, on=home)

    client = signed_in(publisher)
    answer = added(client, home, payment_type=council_tax.pk)

    page = PaymentPage.objects.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert not page.live
    assert page.get_latest_revision().user == publisher
    assert "Finance signs off" in words(client.get(answer.url))
    with pytest.raises(PermissionDenied):
        page.get_latest_revision().publish(user=publisher)
    page.get_workflow().start(page, publisher)
    decide(finance, page.current_workflow_task_state)
    assert live_version(page).live


def test_another_question_waits_for_finance(home, council_tax, editor, finance):
    page = published(home, council_tax)
    page.questions = [("short_text", {"label": "Garden", "hint": "", "required": True})]

    state = submitted(page, editor)

    assert len(live_version(page).questions) == 0
    decide(finance, state)
    assert len(live_version(page).questions) == 1


def test_when_a_question_is_asked_and_how_long_answers_are_kept_wait_for_finance(home, council_tax):
    bins = question("yes_no", "Do you have a bin?")
    name = question("short_text", "Your name")
    page = published(home, council_tax, questions=[bins, name])
    assert not needs_sign_off(live_version(page))

    page.answer_days = 30
    assert needs_sign_off(page)
    page = live_version(page)
    page.questions = [
        ("yes_no", bins["value"]),
        ("short_text", name["value"] | {"only_when": {"question": "x", "answers": "Yes"}}),
    ]
    assert needs_sign_off(page)


def test_changes_asked_for_go_back_to_the_editor(home, council_tax, editor, finance):
    page = make_page(home, payment_type=council_tax, live=False)
    state = submitted(page, editor)

    decide(finance, state, "reject")

    state.refresh_from_db()
    assert (state.status, live_version(page).live) == (TaskState.STATUS_REJECTED, False)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_signs_off_what_they_wrote(home, council_tax, finance, is_superuser):
    editor = make_editor(fund=council_tax.fund, on=home, publish=False)
    editor.groups.add(*finance.groups.all())
    User.objects.filter(pk=editor.pk).update(is_superuser=is_superuser)
    editor = User.objects.get(pk=editor.pk)
    page = make_page(home, payment_type=council_tax, live=False)
    state = submitted(page, editor)

    decide(editor, state)

    assert not live_version(page).live
    with pytest.raises(PermissionDenied):
        state.approve(user=editor)


def test_who_changes_it_while_it_waits_has_become_an_editor(home, council_tax, editor, finance):
    page = make_page(home, payment_type=council_tax, live=False)
    state = submitted(page, editor)
    page.questions = [("yes_no", {"label": "Moved?", "hint": "", "required": True})]
    page.save_revision(user=finance)

    state.refresh_from_db()
    with pytest.raises(PermissionDenied):
        state.approve(user=finance)


def test_finance_of_another_fund_does_not_see_it(home, council_tax, editor):
    other = make_person(SIGN_OFF, funds=(make_fund("99"),), name="olaf")
    page = make_page(home, payment_type=council_tax, live=False)
    state = submitted(page, editor)

    assert "Pay your council tax" not in words(signed_in(other).get(reverse("wagtailadmin_home")))
    decide(other, state)
    with pytest.raises(PermissionDenied):
        state.approve(user=other)
    assert not live_version(page).live

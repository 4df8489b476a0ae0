"""What finance sees of providers: what waits, what differs, and what payers' banks ask back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.payments.models import Attempt, Comparison, Difference, Dispute

from .council import make_attempt, make_order
from .people import ALL_FUNDS, logged_in, make_person
from .screens import column, read, table


pytestmark = pytest.mark.django_db

SEE = (
    "wagtailadmin.access_admin",
    "ims_payments.view_order",
    "ims_payments.view_attempt",
    "ims_payments.view_difference",
    "ims_payments.view_dispute",
)
DO = (*SEE, "ims_payments.change_difference", "ims_payments.change_dispute")


@pytest.fixture
def officer(council):
    """Somebody of fund Alpha who may explain differences there."""
    person = make_person(*DO, funds=(council.alpha.fund,))
    return logged_in(person)


def test_the_list_of_what_waits_says_for_what_and_when_it_is_looked_at_next(council, officer):
    order = make_order(council.alpha.payment_type)
    make_attempt(
        order,
        council.account,
        state="open",
        finished_at=None,
        checks=2,
        next_check_at=timezone.now(),
    )
    rows = table(officer.get("/admin/income/waiting/"))
    (row,) = [row for row in rows if row["Receipt number"] == order.reference]
    assert row["Waits for"] == "The payer to pay or to give up"
    assert row["Checks so far"] == "2"
    assert row["Next check"]


def test_what_needs_no_further_look_is_not_among_what_waits(council, officer):
    Attempt.objects.update(next_check_at=None)
    assert table(officer.get("/admin/income/waiting/")) == []


def test_the_number_of_a_day_s_differences_leads_to_just_these(council):
    seer = make_person("ims_payments.view_comparison", *SEE, funds=(ALL_FUNDS,))
    browser = logged_in(seer)
    alpha = council.alpha.difference
    of_day = Difference.objects.filter(
        comparison__day=alpha.comparison.day, account=alpha.account, closed_at=None
    )
    explained = Comparison.objects.create(
        account=alpha.account,
        day=alpha.comparison.day - timedelta(days=1),
        their_count=0,
        their_total=0,
        our_count=0,
        our_total=0,
    )

    page = browser.get("/admin/income/comparisons/")
    address = read(page).links[str(of_day.count())]
    found = column(browser.get(address), "Our reference")
    assert sorted(found) == sorted(of_day.values_list("reference", flat=True))
    assert "0" not in read(page).links, explained
    assert table(browser.get(address.replace(f"{alpha.comparison.day}", f"{explained.day}"))) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("comparisons", "Every morning the day before is compared"),
        ("disputes", "No payment has been disputed"),
        ("refund-files", "until somebody makes a file of them"),
        ("attention", "No payment needs a person"),
        ("waiting", "No payment waits for its provider"),
    ],
)
def test_an_empty_list_says_what_would_stand_there(db, address, words):
    seer = make_person(
        "ims_payments.view_comparison", "ims_payments.view_refundfile", *SEE, funds=(ALL_FUNDS,)
    )

    assert words in logged_in(seer).get(f"/admin/income/{address}/").content.decode()


def test_only_differences_still_to_be_explained_are_listed_first(council, officer):
    alpha = council.alpha.difference
    assert column(officer.get("/admin/income/differences/"), "Our reference") == [alpha.reference]
    Difference.objects.filter(pk=alpha.pk).update(
        closed_at=timezone.now(), explanation="Known", closed_by=None
    )
    assert table(officer.get("/admin/income/differences/")) == []
    closed = officer.get("/admin/income/differences/?show=closed")
    assert column(closed, "Our reference") == [alpha.reference]


def test_a_difference_is_closed_with_an_explanation_and_never_without(council, officer):
    address = f"/admin/income/differences/inspect/{council.alpha.difference.pk}/"
    refused = officer.post(address, {"explanation": " "})
    assert refused.status_code == 200
    assert "Say what the difference was" in refused.content.decode()
    assert not Difference.objects.get(pk=council.alpha.difference.pk).closed_at

    assert officer.post(address, {"explanation": "Taken at the till"}).status_code == 302
    shown = read(officer.get(address)).facts
    assert shown["Explanation"] == "Taken at the till"
    assert AuditEntry.objects.filter(action="close difference").count() == 1


def test_a_difference_can_be_looked_after_before_it_is_explained(council, officer):
    address = f"/admin/income/differences/inspect/{council.alpha.difference.pk}/"
    officer.post(address, {"take_over": "1"})
    difference = Difference.objects.get(pk=council.alpha.difference.pk)
    assert difference.owner is not None
    assert difference.closed_at is None


def test_who_may_only_look_closes_nothing(council):
    looker = logged_in(make_person(*SEE, funds=(council.alpha.fund,)))
    address = f"/admin/income/differences/inspect/{council.alpha.difference.pk}/"
    assert "Close this difference" not in looker.get(address).content.decode()
    looker.post(address, {"explanation": "Mine"})
    assert not Difference.objects.get(pk=council.alpha.difference.pk).closed_at


def test_a_difference_about_no_payment_of_ours_is_for_people_of_all_funds(council, officer):
    Difference.objects.filter(pk=council.alpha.difference.pk).update(attempt=None)
    address = f"/admin/income/differences/inspect/{council.alpha.difference.pk}/"
    assert officer.get(address).status_code == 404
    everywhere = logged_in(make_person(*SEE, funds=(None,)))
    assert everywhere.get(address).status_code == 200


def test_disputes_are_listed_by_when_their_evidence_is_due_and_can_be_taken_over(council, officer):
    dispute = council.alpha.dispute
    (row,) = table(officer.get("/admin/income/disputes/"))
    assert row["Dispute"] == dispute.provider_id
    assert row["Evidence due"]
    address = f"/admin/income/disputes/inspect/{dispute.pk}/"
    assert read(officer.get(address)).facts["Taken from the book"] == "Nothing so far"
    officer.post(address)
    assert Dispute.objects.get(pk=dispute.pk).owner is not None
    assert AuditEntry.objects.filter(action="take over dispute").count() == 1

"""Who is told about a request, and in which words."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import transaction

from ims_wagtail.approvals.models import ApprovalLimit
from ims_wagtail.approvals.services import approve, expire_approvals, reject, withdraw
from ims_wagtail.notifications.models import Message, MessageState
from ims_wagtail.notifications.services import send_due
from tests.staff.people import ALL_FUNDS, make_group

from .asking import APPROVE, days_later, make_approver, make_asker, make_request


pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return sorted(message.recipient.split("@")[0] for message in Message.objects.all())


def sent() -> list:
    send_due()
    assert not Message.objects.exclude(state=MessageState.SENT).exists()
    return mail.outbox


def test_those_who_may_decide_are_told_and_nobody_else(trial, fund, other_fund):
    ada = make_asker(ALL_FUNDS, name="ada")
    ada.groups.add(make_group(APPROVE, funds=(ALL_FUNDS,)))
    make_approver(fund, other_fund, name="both")
    make_approver(ALL_FUNDS, name="all")
    make_approver(fund, name="one-fund")
    make_approver(ALL_FUNDS, name="limited", approve_up_to="24.99")
    gone = make_approver(ALL_FUNDS, name="gone")
    gone.is_active = False
    gone.save()
    silent = make_approver(ALL_FUNDS, name="no-address")
    silent.email = ""
    silent.save()
    User.objects.create_superuser("root", email="root@anyborough.example")

    make_request(ada, fund, other_fund, amount="25")

    assert told() == ["all", "both"]


def test_with_nobody_else_administrators_are_told(trial, fund):
    User.objects.create_superuser("root", email="root@anyborough.example")
    make_request(make_asker(fund), fund)
    assert told() == ["root"]


def test_who_holds_the_right_twice_gets_one_mail(trial, fund):
    bea = make_approver(fund, name="bea")
    bea.groups.add(make_group(APPROVE, funds=(fund, ALL_FUNDS)))
    make_request(make_asker(fund), fund)
    assert told() == ["bea"]


def test_the_mail_says_what_and_where_and_nothing_about_people(trial, fund, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://admin.anyborough.example"
    make_approver(fund, name="bea")
    request = make_request(
        make_asker(fund, name="ada"), fund, title="Refund F12X & Co", reason="For Mrs Brook"
    )

    [email] = sent()

    assert email.subject == "Waiting for your approval: Trial"
    assert "Refund F12X & Co\n£25.00\n" in email.body
    page = f"https://admin.anyborough.example/admin/income/approvals/inspect/{request.pk}/"
    assert page in email.body
    assert "Brook" not in email.body
    assert "ada" not in email.body.lower()


@pytest.mark.parametrize(
    ("decide", "state"),
    [
        (lambda request, bea: approve(approval_id=request.pk, by=bea), "Approved"),
        (lambda request, bea: reject(approval_id=request.pk, by=bea, note="Brook"), "Rejected"),
    ],
)
def test_who_asked_is_told_what_became_of_it(trial, fund, decide, state):
    ada = make_asker(fund, name="ada")
    request = make_request(ada, fund, title="Refund of F12X")
    decide(request, make_approver(fund))

    [email] = sent()

    assert email.to == ["ada@anyborough.example"]
    assert email.subject == f"{state}: Refund of F12X"
    assert f"\n{state}\n" in email.body
    assert "Brook" not in email.body


def test_who_asked_is_told_that_it_expired_but_not_what_they_did_themselves(trial, fund):
    ada = make_asker(fund, name="ada", alone_up_to="5")
    withdraw(approval_id=make_request(ada, fund).pk, by=ada)
    make_request(ada, fund, amount="5")
    assert told() == []

    make_request(ada, fund)
    with days_later(15):
        expire_approvals()
        assert told() == ["ada"]


def test_a_request_that_is_taken_back_by_a_crash_tells_nobody(trial, fund):
    make_approver(fund)
    ada = make_asker(fund)
    with pytest.raises(RuntimeError), transaction.atomic():
        make_request(ada, fund)
        raise RuntimeError
    assert told() == []


def test_telling_asks_the_database_no_more_for_many_groups(
    trial, fund, django_assert_max_num_queries
):
    ada = make_asker(fund)
    for _number in range(20):
        group = make_group(APPROVE, funds=(ALL_FUNDS,))
        ApprovalLimit.objects.create(kind="trial", group=group, approve_up_to=10)
    with django_assert_max_num_queries(18):
        make_request(ada, fund)

"""Asking for something that takes two people, and deciding about it."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.approvals import probes
from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import (
    AlreadyAsked,
    AlreadyDecided,
    NotAllowed,
    NoteMissing,
    OutsideTransaction,
)
from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.approvals.selectors import for_subject, waiting_for
from ims_wagtail.approvals.services import approve, ask, expire_approvals, reject, withdraw
from tests.staff.people import ALL_FUNDS, make_group

from .asking import APPROVE, ASK, days_later, make_approver, make_asker, make_request


pytestmark = pytest.mark.django_db


def test_a_second_person_approves_and_it_goes_ahead(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    request = make_request(ada, fund, subject="trial:a")

    approved = approve(approval_id=request.pk, by=bea, note=" All\nfine ")

    assert approved.state == ApprovalState.APPROVED
    assert (approved.decided_by, approved.note) == (bea, "All fine")
    assert trial.approved == ["trial:a"]
    assert trial.closed == []
    assert for_subject("trial:a") == approved


def test_a_second_person_rejects_and_says_why(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    request = make_request(ada, fund, subject="trial:a")

    with pytest.raises(NoteMissing):
        reject(approval_id=request.pk, by=bea, note=" ")
    rejected = reject(approval_id=request.pk, by=bea, note="Not theirs")

    assert (rejected.state, rejected.note) == (ApprovalState.REJECTED, "Not theirs")
    assert trial.closed == [("trial:a", ApprovalState.REJECTED)]
    assert trial.approved == []


def test_nobody_approves_what_they_asked_for_whatever_their_rights(trial, fund):
    ada = make_asker(fund)
    ada.groups.add(make_group(APPROVE, funds=(ALL_FUNDS,)))
    request = make_request(ada, fund)

    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        approve(approval_id=request.pk, by=ada)
    with pytest.raises(NotAllowed, match="You asked for this yourself"):
        reject(approval_id=request.pk, by=ada, note="Mine")
    assert trial.approved == trial.closed == []


def test_not_even_an_administrator_approves_their_own(trial, fund):
    root = User.objects.create_superuser("root")
    request = make_request(root, fund)

    with pytest.raises(NotAllowed):
        approve(approval_id=request.pk, by=root)
    other = User.objects.create_superuser("other")
    assert approve(approval_id=request.pk, by=other).state == ApprovalState.APPROVED


def test_who_approves_needs_the_right_in_every_fund(trial, fund, other_fund):
    ada, bea, cat = make_asker(ALL_FUNDS), make_approver(fund), make_approver(fund, other_fund)
    request = make_request(ada, fund, other_fund)

    with pytest.raises(NotAllowed, match="funds in which you don't have the right"):
        approve(approval_id=request.pk, by=bea)
    approve(approval_id=request.pk, by=cat)
    assert len(trial.approved) == 1


def test_the_right_of_one_group_does_not_borrow_the_fund_of_another(trial, fund, other_fund):
    bea = make_approver(other_fund)
    bea.groups.add(make_group(funds=(fund,)))
    request = make_request(make_asker(fund), fund)

    with pytest.raises(NotAllowed):
        approve(approval_id=request.pk, by=bea)


def test_who_asks_needs_the_right_in_every_fund(trial, fund, other_fund):
    with pytest.raises(NotAllowed):
        make_request(make_asker(fund), fund, other_fund)
    with pytest.raises(NotAllowed):
        make_request(make_approver(fund), fund)
    assert not Approval.objects.exists()


def test_a_request_without_a_fund_is_not_made(trial, fund):
    with pytest.raises(ValueError, match="no fund"):
        make_request(make_asker(fund))


def test_a_limit_stops_an_approver_above_it_to_the_penny(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund, approve_up_to="500.00")
    small = make_request(ada, fund, amount="500.00")
    large = make_request(ada, fund, amount="500.01")

    approve(approval_id=small.pk, by=bea)
    with pytest.raises(NotAllowed, match="above your limit of £500.00"):
        approve(approval_id=large.pk, by=bea)
    assert waiting_for(bea) == []
    assert waiting_for(make_approver(fund)) == [large.pk]


def test_the_limit_of_one_group_counts_only_in_its_funds(trial, fund, other_fund):
    bea = make_approver(fund, approve_up_to="100.00")
    bea.groups.add(make_group(APPROVE, funds=(other_fund,)))
    ada = make_asker(ALL_FUNDS)
    here, there = (
        make_request(ada, fund, amount="200"),
        make_request(ada, other_fund, amount="200"),
    )

    with pytest.raises(NotAllowed):
        approve(approval_id=here.pk, by=bea)
    approve(approval_id=there.pk, by=bea)


def test_a_limit_of_another_kind_limits_nothing(trial, fund):
    bea = make_approver(fund)
    ApprovalLimit.objects.create(kind="other", group=bea.groups.get(), approve_up_to=Decimal(1))
    approve(approval_id=make_request(make_asker(fund), fund).pk, by=bea)


def test_small_amounts_go_ahead_alone_when_the_limit_says_so(trial, fund):
    ada = make_asker(fund, alone_up_to="20.00")

    small = make_request(ada, fund, amount="20.00", subject="trial:small")
    large = make_request(ada, fund, amount="20.01")

    assert (small.state, small.decided_by) == (ApprovalState.NOT_NEEDED, None)
    assert large.state == ApprovalState.WAITING
    assert trial.approved == ["trial:small"]


def test_what_has_no_amount_never_goes_ahead_alone(trial, fund):
    ada = make_asker(fund, alone_up_to="20.00")
    assert make_request(ada, fund, amount="0").state == ApprovalState.WAITING


def test_without_a_limit_nobody_acts_alone(trial, fund):
    assert make_request(make_asker(fund), fund, amount="0.01").state == ApprovalState.WAITING
    root = User.objects.create_superuser("root")
    assert make_request(root, fund, amount="0.01").state == ApprovalState.WAITING


def test_what_may_be_done_alone_in_one_fund_is_not_done_alone_in_two(trial, fund, other_fund):
    ada = make_asker(fund, alone_up_to="20.00")
    ada.groups.add(make_group(ASK, funds=(other_fund,)))

    assert make_request(ada, fund, other_fund, amount="5").state == ApprovalState.WAITING


def test_only_who_asked_withdraws(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    request = make_request(ada, fund, subject="trial:a")

    with pytest.raises(NotAllowed, match="Only the person who asked"):
        withdraw(approval_id=request.pk, by=bea)
    assert withdraw(approval_id=request.pk, by=ada).state == ApprovalState.WITHDRAWN
    assert trial.closed == [("trial:a", ApprovalState.WITHDRAWN)]


def test_what_is_decided_stays_decided(trial, fund):
    ada, bea, cat = make_asker(fund), make_approver(fund, name="bea"), make_approver(fund)
    request = make_request(ada, fund)
    approve(approval_id=request.pk, by=bea)

    for again in (
        lambda: approve(approval_id=request.pk, by=cat),
        lambda: reject(approval_id=request.pk, by=cat, note="No"),
        lambda: withdraw(approval_id=request.pk, by=ada),
    ):
        with pytest.raises(AlreadyDecided, match="bea has approved this already"):
            again()
    assert len(trial.approved) == 1
    assert trial.closed == []


def test_a_subject_is_asked_for_once_until_it_is_refused(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    first = make_request(ada, fund, subject="trial:a")
    with pytest.raises(AlreadyAsked):
        make_request(make_asker(fund), fund, subject="trial:a")

    reject(approval_id=first.pk, by=bea, note="Wrong amount")
    second = make_request(ada, fund, subject="trial:a")
    approve(approval_id=second.pk, by=bea)

    with pytest.raises(AlreadyAsked):
        make_request(ada, fund, subject="trial:a")
    assert for_subject("trial:a") == second


def test_an_amount_below_nothing_is_no_amount(trial, fund):
    with pytest.raises(IntegrityError, match="not_negative"):
        make_request(make_asker(fund), fund, amount="-1")


def test_a_request_says_why(trial, fund):
    with pytest.raises(NoteMissing):
        make_request(make_asker(fund), fund, reason=" \n ")


@pytest.mark.django_db(transaction=True)
def test_asking_belongs_into_the_transaction_of_what_is_asked_for(trial, fund):
    with pytest.raises(OutsideTransaction):
        ask(
            kind="trial",
            subject="trial:a",
            title="Trial",
            amount=Decimal(1),
            fund_ids=[fund.pk],
            reason="Because",
            by=make_asker(fund),
        )


def test_a_decision_whose_consequence_fails_is_no_decision(trial, fund):
    request = make_request(make_asker(fund), fund)
    trial.fails = RuntimeError("no")

    with pytest.raises(RuntimeError):
        approve(approval_id=request.pk, by=make_approver(fund))
    request.refresh_from_db()
    assert request.state == ApprovalState.WAITING


def test_a_disabled_account_decides_nothing(trial, fund):
    request = make_request(make_asker(fund), fund)
    for person in (make_approver(fund), User.objects.create_superuser("root")):
        person.is_active = False
        with pytest.raises(NotAllowed):
            approve(approval_id=request.pk, by=person)


def test_a_request_expires_after_its_days(trial, fund, settings, capsys):
    settings.IMS = {**settings.IMS, "APPROVAL_DAYS": 3}
    bea = make_approver(fund)
    overdue = make_request(make_asker(fund), fund, subject="trial:old")
    settings.IMS = {**settings.IMS, "APPROVAL_DAYS": 5}
    young = make_request(make_asker(fund), fund)
    with days_later(4):
        with pytest.raises(NotAllowed, match="expired"):
            approve(approval_id=overdue.pk, by=bea)
        assert waiting_for(bea) == [young.pk]
        call_command("ims_expire_approvals")

    assert capsys.readouterr().out == "1 requests expired\n"
    overdue.refresh_from_db()
    assert (overdue.state, overdue.decided_by) == (ApprovalState.EXPIRED, None)
    assert trial.closed == [("trial:old", ApprovalState.EXPIRED)]


def test_one_request_that_can_not_be_closed_stops_no_other(trial, fund, caplog):
    ada = make_asker(fund)
    first, second = make_request(ada, fund), make_request(ada, fund)
    failing = [True]

    def close(approval):
        if failing and failing.pop():
            raise RuntimeError("stuck")

    object.__setattr__(trial.kind, "on_closed", close)
    with days_later(15):
        assert expire_approvals() == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ApprovalState.WAITING, ApprovalState.EXPIRED)
    assert f"approval {first.pk} could not be closed" in caplog.text


def test_every_step_is_in_the_audit_log(trial, fund, other_fund):
    ada, bea = make_asker(ALL_FUNDS), make_approver(ALL_FUNDS)
    one = make_request(ada, fund)
    approve(approval_id=one.pk, by=bea, note="Fine")
    withdraw(approval_id=make_request(ada, fund, other_fund).pk, by=ada)

    entries = AuditEntry.objects.filter(object_type="ims_approvals.Approval").order_by("pk")
    assert [(e.action, e.user, e.fund) for e in entries] == [
        ("ask trial", ada, fund),
        ("approve trial", bea, fund),
        ("ask trial", ada, None),
        ("withdraw trial", ada, None),
    ]
    assert entries[1].before == {"state": "waiting"}
    assert (entries[1].after["state"], entries[1].after["note"]) == ("approved", "Fine")


def test_health_tells_of_requests_that_never_end(trial, fund):
    make_approver(fund, approve_up_to="20")
    make_request(make_asker(fund), fund, amount="20")
    assert not found()
    make_request(make_asker(fund), fund, amount="21")

    assert found() == {"ims_approvals.W002": "One request waits for approval, and nobody but"}
    with days_later(17):
        assert found() == {"ims_approvals.W001": "2 requests should have expired, and still keep"}


def found() -> dict[str, str]:
    """Return what the probes of approvals find: the first words by code."""
    return {
        finding.code: " ".join(str(finding.message).split()[:8])
        for finding in probes.waiting("default")
    }

"""Several people decide at the same moment: one wins, the others are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.exceptions import AlreadyAsked, AlreadyDecided
from ims_wagtail.approvals.models import Approval
from ims_wagtail.approvals.services import approve, expire_approvals, reject, withdraw

from .asking import days_later, make_approver, make_asker, make_request


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls) -> list:
    """Do all of it at the same moment; return what came of each."""
    together = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            return call()
        except (AlreadyDecided, AlreadyAsked) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_twenty_who_decide_at_once_one_wins_and_the_others_are_told(trial, fund):
    ada = make_asker(fund)
    people = [make_approver(fund, name=f"approver{number}") for number in range(20)]
    request = make_request(ada, fund)

    def decide(number, person):
        if number % 2:
            return lambda: approve(approval_id=request.pk, by=person)
        return lambda: reject(approval_id=request.pk, by=person, note="No")

    came = at_once(*(decide(number, person) for number, person in enumerate(people)))

    [winner] = [one for one in came if isinstance(one, Approval)]
    told = [one for one in came if isinstance(one, AlreadyDecided)]
    assert len(told) == 19
    assert all(winner.decided_by.username in str(one) for one in told)
    assert len(trial.approved) + len(trial.closed) == 1
    request.refresh_from_db()
    assert (request.state, request.decided_by) == (winner.state, winner.decided_by)


def test_withdrawing_and_approving_at_once_end_in_one_of_them(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    for _round in range(5):
        request = make_request(ada, fund)
        came = at_once(
            lambda request=request: approve(approval_id=request.pk, by=bea),
            lambda request=request: withdraw(approval_id=request.pk, by=ada),
        )
        assert sorted(type(one).__name__ for one in came) == ["AlreadyDecided", "Approval"]
    assert len(trial.approved) + len(trial.closed) == 5


def test_two_who_ask_for_the_same_at_once_make_one_request(trial, fund):
    people = [make_asker(fund) for _number in range(5)]

    came = at_once(
        *(
            lambda person=person: make_request(person, fund, subject="trial:same")
            for person in people
        )
    )

    assert sum(isinstance(one, Approval) for one in came) == 1
    assert Approval.objects.filter(subject="trial:same").count() == 1


def test_the_command_twice_at_once_closes_each_request_once(trial, fund):
    ada = make_asker(fund)
    for _number in range(5):
        make_request(ada, fund)

    with days_later(15):
        assert sum(at_once(expire_approvals, expire_approvals)) == 5
    assert len(trial.closed) == 5
    assert {state for _subject, state in trial.closed} == {ApprovalState.EXPIRED}

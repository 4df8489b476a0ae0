"""What the database refuses whatever code asks it to, and what ims_verify finds."""

import pytest
from django.db import IntegrityError, connection, transaction

from ims_wagtail.approvals.models import Approval, ApprovalFund
from ims_wagtail.approvals.services import approve, reject
from ims_wagtail.ledger.verification import verify

from .asking import make_approver, make_asker, make_request


pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(trial, fund):
    return make_request(make_asker(fund), fund)


@pytest.fixture
def bea(fund):
    return make_approver(fund)


def run(sql: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(sql: str, *values, match: str) -> None:
    with pytest.raises(IntegrityError, match=match):
        run(sql, *values)


def breaches() -> list[str]:
    return [f"{proof.rule}: {breach.rows}" for proof, breach in verify() if breach]


SET = "UPDATE ims_approvals_approval SET "
DECIDE = "state = %s, decided_at = now(), decided_by_id = %s, note = 'x' WHERE id = %s"


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_nobody_decides_about_their_own_even_past_the_code(waiting, state):
    refused(
        SET + DECIDE,
        state,
        waiting.requested_by_id,
        waiting.pk,
        match="ims_nobody_approves_their_own",
    )


@pytest.mark.parametrize(
    ("state", "decider", "rule"),
    [
        ("approved", None, "ims_approval_names_who_decided"),
        ("rejected", None, "ims_approval_names_who_decided"),
        ("withdrawn", "bea", "ims_approval_names_who_decided"),
        ("expired", "bea", "ims_approval_names_who_decided"),
        ("not_needed", "bea", "ims_approval_names_who_decided"),
        ("waiting", None, "ims_approval_knows_when_it_was_decided"),
    ],
)
def test_a_decision_names_who_and_when(waiting, bea, state, decider, rule):
    refused(SET + DECIDE, state, decider and bea.pk, waiting.pk, match=rule)


def test_a_rejection_says_why(waiting, bea):
    refused(
        SET + "state = 'rejected', decided_at = now(), decided_by_id = %s WHERE id = %s",
        bea.pk,
        waiting.pk,
        match="ims_rejection_says_why",
    )


@pytest.mark.parametrize(
    "change",
    [
        "amount = 9999",
        "title = 'Another'",
        "subject = 'trial:another'",
        "reason = 'Another'",
        "kind = 'another'",
        "requested_by_id = %s",
        "requested_at = now() - interval '1 day'",
        "expires_at = now() + interval '1 year'",
    ],
)
def test_what_was_asked_for_is_frozen(waiting, bea, change):
    values = [bea.pk] if "%s" in change else []
    refused(f"{SET}{change} WHERE id = %s", *values, waiting.pk, match="frozen")


@pytest.mark.parametrize("change", ["state = 'waiting', decided_at = NULL", "note = 'Other'"])
def test_what_is_decided_is_frozen(waiting, bea, change):
    reject(approval_id=waiting.pk, by=bea, note="No")
    refused(f"{SET}{change} WHERE id = %s", waiting.pk, match="is decided")


def test_a_request_is_never_deleted(waiting, bea):
    delete = "DELETE FROM ims_approvals_approval WHERE id = %s"
    refused(delete, waiting.pk, match="kept for good")
    approve(approval_id=waiting.pk, by=bea)
    refused(delete, waiting.pk, match="kept for good")


def test_no_request_begins_decided(waiting, bea):
    with pytest.raises(IntegrityError, match="begins by waiting"), transaction.atomic():
        Approval.objects.create(
            kind="trial",
            subject="trial:new",
            title="New",
            amount=1,
            reason="Because",
            requested_by=waiting.requested_by,
            expires_at=waiting.expires_at,
            state="approved",
            decided_by=bea,
            decided_at=waiting.requested_at,
        )


def test_a_request_is_about_a_fund(waiting):
    with pytest.raises(IntegrityError, match="about no fund"), transaction.atomic():
        Approval.objects.create(
            kind="trial",
            subject="trial:new",
            title="New",
            amount=1,
            reason="Because",
            requested_by=waiting.requested_by,
            expires_at=waiting.expires_at,
        )
        connection.check_constraints()


def test_the_funds_of_a_request_stay(waiting, bea, other_fund):
    rows = ApprovalFund.objects.filter(approval=waiting)
    with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
        rows.update(fund=other_fund)
    with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
        rows.delete()
    approve(approval_id=waiting.pk, by=bea)
    with pytest.raises(IntegrityError, match="is decided"), transaction.atomic():
        ApprovalFund.objects.create(approval=waiting, fund=other_fund)


def test_one_request_a_subject_is_open(waiting, fund):
    with pytest.raises(IntegrityError, match="ims_a_subject_is_approved_once"):
        with transaction.atomic():
            Approval.objects.create(
                kind="trial",
                subject=waiting.subject,
                title="Again",
                amount=1,
                reason="Because",
                requested_by=waiting.requested_by,
                expires_at=waiting.expires_at,
            )


def test_ims_verify_has_nothing_to_say_about_what_the_services_wrote(trial, fund, bea):
    ada = make_asker(fund, alone_up_to="5")
    make_request(ada, fund, amount="5")
    approve(approval_id=make_request(ada, fund).pk, by=bea)
    reject(approval_id=make_request(ada, fund).pk, by=bea, note="No")
    make_request(ada, fund)

    assert breaches() == []


def test_ims_verify_finds_what_got_past_a_missing_constraint(waiting, bea):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE ims_approvals_approval DROP CONSTRAINT ims_nobody_approves_their_own")
    run(SET + DECIDE, "approved", waiting.requested_by_id, waiting.pk)

    assert breaches() == [
        f"nobody decided about what they asked for: ['{waiting.subject} approved']"
    ]


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("approval", "ims_approval_moves_forward"),
        ("approval", "ims_approval_has_funds"),
        ("approvalfund", "ims_approval_funds_stay"),
    ],
)
def test_ims_verify_misses_a_trigger(db, table, trigger):
    run(f"DROP TRIGGER {trigger} ON ims_approvals_{table}")
    assert breaches() == [f"the triggers of approvals are in force: ['{trigger}']"]

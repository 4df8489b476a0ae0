"""The queue of requests, the page of one, and limits, as staff see them."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.approvals.enums import ApprovalState
from ims_wagtail.approvals.models import Approval, ApprovalLimit
from ims_wagtail.approvals.services import approve, reject
from tests.staff.people import ALL_FUNDS, logged_in, make_group, make_person
from tests.staff.screens import column, read, table
from tests.staff.test_query_budgets import questions

from .asking import APPROVE, ASK, SEE, days_later, make_approver, make_asker, make_request


pytestmark = pytest.mark.django_db

QUEUE = "/admin/income/approvals/"
LIMITS = "/admin/income/approval-limits/"


def page_of(approval: Approval) -> str:
    return f"{QUEUE}inspect/{approval.pk}/"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def state_of(approval: Approval) -> str:
    return Approval.objects.get(pk=approval.pk).state


def test_an_approver_sees_first_what_waits_for_them(trial, fund, other_fund):
    ada, bea = make_asker(ALL_FUNDS, name="ada"), make_approver(fund, approve_up_to="50")
    mine = make_request(ada, fund, title="Mine to decide", amount="50")
    make_request(ada, fund, title="Above my limit", amount="50.01")
    make_request(ada, other_fund, title="Elsewhere")
    decided = make_request(ada, fund, title="Decided before")
    approve(approval_id=decided.pk, by=bea)

    client = logged_in(bea)
    assert column(client.get(QUEUE), "What") == ["Mine to decide"]
    parts = {
        part: column(client.get(f"{QUEUE}?show={part}"), "What")
        for part in ("waiting", "decided", "asked", "all", "nonsense")
    }
    assert parts == {
        "waiting": ["Mine to decide", "Above my limit"],
        "decided": ["Decided before"],
        "asked": [],
        "all": ["Decided before", "Above my limit", "Mine to decide"],
        "nonsense": [],
    }
    row = read(client.get(QUEUE))
    assert row.links["Mine to decide"] == page_of(mine)


def test_the_queue_says_what_who_how_much_how_long_ago_and_why(trial, fund):
    ada = make_asker(fund, name="ada")
    make_request(ada, fund, title="Refund of F12", amount="1234.5", reason="Paid twice")

    with days_later(3):
        response = logged_in(make_approver(fund)).get(QUEUE)

    [head, row] = read(response).tables[0]
    assert dict(zip(head, row, strict=True)) == {
        "What": "Refund of F12",
        "Kind": "Trial",
        "Amount": "£1,234.50",
        "Asked by": "ada",
        "Age": "3 days",
        "Reason": "Paid twice",
        "State": "Waiting for approval",
    }


def test_what_moves_no_money_has_no_amount(trial, fund):
    ada, bea = make_asker(fund, name="ada"), make_approver(fund)
    approval = make_request(ada, fund, amount="0")
    client = logged_in(bea)

    assert column(client.get(QUEUE), "Amount") == [""]
    assert "<dt>Amount</dt>" not in words(client.get(page_of(approval)))


def test_who_only_asks_sees_everything_first(trial, fund):
    ada = make_asker(fund)
    make_request(ada, fund, title="Mine")
    make_request(make_asker(fund), fund, title="Another's")

    client = logged_in(ada)
    assert column(client.get(QUEUE), "What") == ["Another's", "Mine"]
    assert column(client.get(f"{QUEUE}?show=asked"), "What") == ["Mine"]


def test_the_queue_is_narrowed_by_fund_amount_and_state(trial, fund, other_fund):
    ada, client = make_asker(ALL_FUNDS), logged_in(make_approver(ALL_FUNDS))
    make_request(ada, fund, other_fund, title="Both", amount="10")
    make_request(ada, fund, title="One", amount="20")

    def found(query: str) -> list[str]:
        return column(client.get(f"{QUEUE}?show=all&{query}"), "What")

    assert found(f"fund={other_fund.pk}") == ["Both"]
    assert found(f"fund={fund.pk}") == ["One", "Both"]
    assert found("amount=20.00") == ["One"]
    assert found("kind=trial") == ["One", "Both"]
    assert found("state=approved") == []


def test_who_has_waited_longest_comes_first_unless_another_order_is_asked_for(trial, fund):
    ada, client = make_asker(fund), logged_in(make_approver(fund))
    make_request(ada, fund, title="Old", amount="1")
    with days_later(1):
        make_request(ada, fund, title="New", amount="2")
        assert column(client.get(QUEUE), "What") == ["Old", "New"]
        assert column(client.get(f"{QUEUE}?ordering=-amount"), "What") == ["New", "Old"]
        assert column(client.get(f"{QUEUE}?show=all"), "What") == ["New", "Old"]


def test_a_page_asks_the_database_as_often_for_many_approvers_as_for_few(trial, fund, other_fund):
    ada = make_asker(ALL_FUNDS)
    make_approver(ALL_FUNDS)
    client = logged_in(ada)
    small, large = make_request(ada, fund), make_request(ada, fund, other_fund)
    client.get(page_of(small))  # what a process asks once, such as content types
    few = questions(client, page_of(small))
    for _number in range(20):
        make_approver(fund, other_fund, approve_up_to="100")

    assert questions(client, page_of(large)) == few
    assert few <= 22


def test_approving_on_the_page(trial, fund):
    request = make_request(make_asker(fund, name="ada"), fund, title="Refund of F12")
    bea = make_approver(fund, name="bea")
    client = logged_in(bea)
    assert read(client.get(page_of(request))).links["Refund of F12"].startswith("/admin/trials/")

    after = client.post(page_of(request), {"decision": "approve", "note": "Seen"}, follow=True)

    assert "Refund of F12: Approved." in words(after)
    facts = read(after).facts
    assert (facts["State"], facts["Note"]) == ("Approved", "Seen")
    assert facts["Decided"].startswith("bea, ")
    assert 'name="decision"' not in words(after)


def test_rejecting_needs_a_note(trial, fund):
    request = make_request(make_asker(fund), fund)
    client = logged_in(make_approver(fund))

    again = client.post(page_of(request), {"decision": "reject", "note": ""})
    assert "Say why you reject this." in words(again)
    assert state_of(request) == ApprovalState.WAITING

    client.post(page_of(request), {"decision": "reject", "note": "Not theirs"})
    assert state_of(request) == ApprovalState.REJECTED


def test_who_asked_withdraws_and_can_not_approve(trial, fund):
    ada = make_asker(fund, name="ada")
    ada.groups.add(make_group(APPROVE, funds=(fund,)))
    make_approver(fund, name="bea")
    make_approver(fund, name="cat", approve_up_to="1")
    request = make_request(ada, fund)
    client = logged_in(ada)

    page = words(client.get(page_of(request)))
    assert "You asked for this yourself. Somebody else has to decide." in page
    assert "Who can decide: bea </p>" in page.replace("bea</p>", "bea </p>")
    assert 'value="approve"' not in page
    refused = client.post(page_of(request), {"decision": "approve"}, follow=True)
    assert "You asked for this yourself" in words(refused)
    assert state_of(request) == ApprovalState.WAITING

    client.post(page_of(request), {"decision": "withdraw"})
    assert state_of(request) == ApprovalState.WITHDRAWN


def test_the_page_says_why_one_may_not_decide(trial, fund, other_fund):
    ada = make_asker(ALL_FUNDS)
    here = make_request(ada, fund, amount="100")
    both = make_request(ada, fund, other_fund)
    limited = logged_in(make_approver(fund, approve_up_to="99.99"))
    looker = logged_in(make_person(SEE, funds=(fund,)))

    assert "above your limit of £99.99" in words(limited.get(page_of(here)))
    assert "funds in which you don&#x27;t have the right" in words(limited.get(page_of(both)))
    assert "the right to approve requests of this kind" in words(looker.get(page_of(here)))
    assert "Nobody can decide about this at present" in words(looker.get(page_of(both)))
    with days_later(15):
        expired = logged_in(make_approver(fund)).get(page_of(here))
        assert "This request has expired" in words(expired)
        assert read(expired).facts["State"] == "Expired"


def test_the_page_names_no_fund_the_reader_does_not_work_in(trial, fund, other_fund):
    request = make_request(make_asker(ALL_FUNDS), fund, other_fund)
    facts = read(logged_in(make_approver(fund)).get(page_of(request))).facts
    assert facts["Funds"] == f"{fund} and one fund you don't work in"


def test_the_second_of_two_approvers_is_told_who_was_quicker(trial, fund):
    request = make_request(make_asker(fund), fund)
    slow = logged_in(make_approver(fund))
    reject(approval_id=request.pk, by=make_approver(fund, name="bea"), note="No")

    told = slow.post(page_of(request), {"decision": "approve"}, follow=True)
    assert "bea has rejected this already." in words(told)
    assert trial.approved == []


def test_a_decision_nobody_knows_is_refused(trial, fund):
    request = make_request(make_asker(fund), fund)
    client = logged_in(make_approver(fund))
    assert client.post(page_of(request), {"decision": "maybe"}).status_code == 400


def test_a_request_whose_room_is_gone_can_still_be_read(trial, fund, monkeypatch):
    request = make_request(make_asker(fund), fund, title="Old")
    monkeypatch.setattr("ims_wagtail.approvals.kinds._kinds", {})

    page = logged_in(User.objects.create_superuser("root")).get(page_of(request))
    assert read(page).facts["Kind"] == "trial"
    assert "not installed any more" in words(page)


def test_the_home_page_says_how_many_wait_for_me(trial, fund):
    ada, bea = make_asker(fund), make_approver(fund)
    home = reverse("wagtailadmin_home")
    assert "wait for you" not in words(logged_in(bea).get(home))
    make_request(ada, fund)
    make_request(ada, fund)

    page = logged_in(bea).get(home)
    assert read(page).links["2 requests wait for you to approve or reject them"] == (
        f"{QUEUE}?show=decide"
    )
    assert "wait for you" not in words(logged_in(ada).get(home))


def manager():
    verbs = ("view", "add", "change", "delete")
    return make_person(*(f"ims_approvals.{verb}_approvallimit" for verb in verbs), funds=(None,))


def test_the_income_manager_sets_limits(trial, fund):
    client, group = logged_in(manager()), make_group(ASK, funds=(fund,))
    form = {"kind": "trial", "group": group.pk, "alone_up_to": "20.00", "approve_up_to": ""}

    client.post(f"{LIMITS}new/", form)

    limit = ApprovalLimit.objects.get()
    assert (limit.alone_up_to, limit.approve_up_to) == (Decimal("20.00"), None)
    assert column(client.get(LIMITS), "Approves up to") == ["any amount"]
    again = client.post(f"{LIMITS}new/", form)
    assert "This group has a limit of this kind already." in words(again)
    client.post(f"{LIMITS}edit/{limit.pk}/", form | {"approve_up_to": "500", "kind": "other"})
    limit.refresh_from_db()
    assert (limit.kind, limit.approve_up_to) == ("trial", Decimal("500.00"))
    client.post(f"{LIMITS}delete/{limit.pk}/")
    assert not ApprovalLimit.objects.exists()
    actions = AuditEntry.objects.filter(object_type="ims_approvals.ApprovalLimit")
    assert [entry.action for entry in actions.order_by("pk")] == ["create", "change", "delete"]


@pytest.mark.parametrize(("amount", "message"), [("-1", "greater than or equal to 0"), ("x", "")])
def test_a_limit_is_an_amount(trial, fund, amount, message):
    form = {"kind": "trial", "group": make_group().pk, "alone_up_to": amount}
    response = logged_in(manager()).post(f"{LIMITS}new/", form)
    assert message in words(response)
    assert not ApprovalLimit.objects.exists()


def test_nobody_changes_the_limits_of_their_own_group(trial, fund):
    person = manager()
    own = make_group(ASK, APPROVE, funds=(fund,))
    person.groups.add(own)
    limit = ApprovalLimit.objects.create(kind="trial", group=own, approve_up_to=1)
    client = logged_in(person)
    form = {"kind": "trial", "group": own.pk, "alone_up_to": "20", "approve_up_to": "99"}

    for url in (f"{LIMITS}edit/{limit.pk}/", f"{LIMITS}delete/{limit.pk}/"):
        refused = client.post(url, form, follow=True)
        assert "nobody changes their own rights" in words(refused)
    limit.refresh_from_db()
    assert limit.approve_up_to == 1
    limit.delete()
    assert "nobody changes their own rights" in words(client.post(f"{LIMITS}new/", form))
    assert not ApprovalLimit.objects.exists()


def test_the_access_review_says_who_may_up_to_what_and_when_they_last_did(trial, fund):
    ada, bea = make_asker(fund, name="ada"), make_approver(fund, name="bea", approve_up_to="500")
    make_asker(fund, name="idle", alone_up_to="5")
    approve(approval_id=make_request(ada, fund).pk, by=bea)

    reader = make_person("ims_access.view_staffprofile", funds=(ALL_FUNDS,))
    review = logged_in(reader).get("/admin/income/access-review/")

    used = {row["User name"]: (row["May"], row["Last used"] != "–") for row in table(review)}
    assert used == {
        "ada": ("Ask for: Trial", True),
        "bea": ("Approve: Trial", True),
        "idle": ("Ask for: Trial", False),
    }
    limits = [(row["Acts alone up to"], row["Approves up to"]) for row in table(review, 1)]
    assert sorted(limits) == [("never", "£500.00"), ("£5.00", "any amount")]


def test_who_may_ask_and_approve_is_named_in_the_access_review(trial, fund):
    ada = make_asker(fund, name="ada")
    ada.groups.add(make_group(APPROVE, funds=(fund,)))

    reader = make_person("ims_access.view_staffprofile", funds=(ALL_FUNDS,))
    assert f"ada: Trial ({fund.code})" in words(
        logged_in(reader).get("/admin/income/access-review/")
    )

"""Who may do what in which fund."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import funds_for, user_may
from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import Fund
from tests.factories import make_fund, make_stop_message
from tests.staff.people import ALL_FUNDS, make_group, make_person


pytestmark = pytest.mark.django_db

SEE = "ims_ledger.view_transaction"
EXPORT = "ims_ledger.export_transaction"


@pytest.fixture
def tax():
    return make_fund("05", name="Council tax")


@pytest.fixture
def rents():
    return make_fund("06", name="Rents")


def test_a_person_works_in_the_funds_of_their_group(tax, rents):
    clerk = make_person(SEE, funds=(tax,))

    assert list(funds_for(clerk, SEE)) == [tax]
    assert user_may(clerk, SEE, tax)
    assert not user_may(clerk, SEE, rents)


def test_all_funds_takes_in_a_fund_made_later(tax):
    officer = make_person(SEE, funds=(ALL_FUNDS,))
    later = make_fund("99")

    assert set(funds_for(officer, SEE)) == {tax, later}


def test_permissions_of_one_group_never_borrow_the_funds_of_another(tax, rents):
    clerk = make_person(SEE, funds=(tax,))
    clerk.groups.add(make_group(EXPORT, funds=(rents,)))

    assert not user_may(clerk, EXPORT, tax)
    assert not user_may(clerk, SEE, rents)
    assert user_may(clerk, EXPORT, rents)


def test_several_groups_add_up(tax, rents):
    clerk = make_person(SEE, funds=(tax,))
    clerk.groups.add(make_group(SEE, funds=(rents,)))

    assert set(funds_for(clerk, SEE)) == {tax, rents}


def test_a_group_without_a_fund_works_nowhere(tax):
    assert not funds_for(make_person(SEE), SEE).exists()


def test_a_permission_given_past_every_group_opens_no_fund(tax):
    clerk = make_person("ims_ledger.export_transaction", funds=(tax,))
    clerk.user_permissions.add(Permission.objects.get(codename="view_transaction"))

    assert not user_may(clerk, SEE, tax)


def test_somebody_who_left_or_never_logged_in_may_nothing(tax):
    left = make_person(SEE, funds=(ALL_FUNDS,))
    left.is_active = False

    assert not user_may(left, SEE, tax)
    assert not user_may(AnonymousUser(), SEE, tax)


def test_a_superuser_may_everything_everywhere(tax):
    assert user_may(User(is_superuser=True, is_active=True), SEE, tax)


def test_a_new_fund_is_made_only_by_people_of_all_funds(tax):
    policy = policy_registry.get_by_type(Fund)
    some = make_person("ims_funds.add_fund", "ims_funds.change_fund", funds=(tax,))
    every = make_person("ims_funds.add_fund", funds=(ALL_FUNDS,))

    assert not policy.user_has_permission(some, "add")
    assert policy.user_has_permission(some, "change")
    assert policy.user_has_permission(every, "add")


def test_the_policy_answers_about_rows_and_names_who_may(tax, rents):
    policy = policy_registry.get_by_type(StopMessage)
    clerk = make_person("ims_accounts.change_stopmessage", funds=(tax,))
    admin = User.objects.create_superuser("root")
    mine, other = make_stop_message(fund=tax), make_stop_message(fund=rents)

    assert policy.user_has_permission_for_instance(clerk, "change", mine)
    assert not policy.user_has_permission_for_instance(clerk, "change", other)
    assert not policy.user_has_permission_for_instance(clerk, "delete", mine)
    assert set(policy.users_with_permission_for_instance("change", mine)) == {clerk, admin}
    assert set(policy.users_with_permission_for_instance("change", other)) == {admin}


def test_one_request_asks_the_database_twice_however_much_it_asks(
    tax, rents, django_assert_num_queries
):
    clerk = make_person(SEE, EXPORT, funds=(tax,))
    clerk.groups.add(make_group(SEE, funds=(rents,)))
    clerk = User.objects.get(pk=clerk.pk)

    with django_assert_num_queries(2):
        for permission in (SEE, EXPORT, "ims_funds.change_fund"):
            for fund in (tax, rents):
                user_may(clerk, permission, fund)

"""The roles a council starts with."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from wagtail.models import GroupPagePermission, Site

from ims_wagtail.access.models import GroupFund
from ims_wagtail.access.policy import user_may
from ims_wagtail.access.roles import ROLES
from tests.factories import make_fund
from tests.staff.people import logged_in


pytestmark = pytest.mark.django_db


@pytest.fixture
def roles(capsys):
    call_command("ims_roles")
    return capsys


def member(role: str) -> User:
    person = User.objects.create_user(role.lower().replace(" ", "-"))
    person.groups.add(Group.objects.get(name=role))
    return person


def test_every_role_is_a_group_that_may_enter_the_admin(roles):
    assert {role.name for role in ROLES} <= set(Group.objects.values_list("name", flat=True))
    for role in ROLES:
        assert logged_in(member(role.name)).get("/admin/").status_code == 200


def test_an_editor_may_make_and_publish_pages_on_every_site(roles):
    editors = Group.objects.get(name="Content editor")

    for site in Site.objects.all():
        granted = GroupPagePermission.objects.filter(group=editors, page=site.root_page)
        assert set(granted.values_list("permission__codename", flat=True)) == {
            "add_page",
            "change_page",
            "publish_page",
        }


def test_what_each_role_may_do_with_money(roles):
    fund = make_fund()
    people = {role.name: member(role.name) for role in ROLES}

    def who(permission: str) -> set[str]:
        return {name for name, person in people.items() if user_may(person, permission, fund)}

    finance = {"Finance officer", "Finance approver", "Income manager"}
    assert who("ims_ledger.export_transaction") == finance | {"Auditor"}
    assert who("ims_payments.check_attempt") == finance | {"Contact-centre agent"}
    assert who("ims_payments.take_payment") == {"Cashier", "Contact-centre agent"}
    assert who("ims_funds.change_fund") == {"Income manager"}
    assert who("ims_access.view_auditentry") == {"Income manager", "Auditor"}


def test_an_auditor_changes_nothing(roles):
    auditor = Group.objects.get(name="Auditor")

    verbs = {
        codename.split("_")[0]
        for codename in auditor.permissions.values_list("codename", flat=True)
    }
    assert verbs == {"access", "view", "export"}


def test_running_it_again_keeps_what_the_council_changed(roles):
    cashiers = Group.objects.get(name="Cashier")
    own = make_fund("77")
    GroupFund.objects.filter(group=cashiers).delete()
    GroupFund.objects.create(group=cashiers, fund=own)
    before = set(cashiers.permissions.values_list("pk", flat=True))
    cashiers.permissions.remove(cashiers.permissions.get(codename="view_order"))

    call_command("ims_roles")

    assert set(cashiers.permissions.values_list("pk", flat=True)) == before
    assert [row.fund for row in cashiers.ims_funds.all()] == [own]
    assert Group.objects.filter(name="Cashier").count() == 1
    assert "Cashier: up to date" in roles.readouterr().out

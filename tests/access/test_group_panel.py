"""The Groups screen says in which funds a group works."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User

from ims_wagtail.access.models import AuditEntry, GroupFund
from ims_wagtail.access.roles import ROLES
from tests.factories import make_fund
from tests.staff.people import logged_in, make_person
from tests.staff.screens import read


pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return logged_in(User.objects.create_superuser("root"))


def save(admin, group, **typed):
    empty = {}
    for prefix in (
        "page_permissions",
        "image_permissions",
        "document_permissions",
        "collection_permissions",
    ):
        empty |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return admin.post(f"/admin/groups/edit/{group.pk}/", {"name": group.name, **empty, **typed})


def funds_of(group) -> set:
    return set(GroupFund.objects.filter(group=group).values_list("fund__code", flat=True))


def test_funds_are_ticked_for_a_group_and_the_change_is_audited(admin):
    group, tax, rents = Group.objects.create(name="Clerks"), make_fund("05"), make_fund("06")

    response = save(admin, group, **{"ims_funds-funds": [tax.pk, rents.pk]})

    assert response.status_code == 302
    assert funds_of(group) == {"05", "06"}
    entry = AuditEntry.objects.get()
    assert entry.user_name == "root"
    assert (entry.before, entry.after) == (
        {"funds": []},
        {"funds": ["05 Fund 05", "06 Fund 06"]},
    )


def test_all_funds_stands_alone(admin):
    group, tax = Group.objects.create(name="Clerks"), make_fund("05")
    GroupFund.objects.create(group=group, fund=tax)

    save(admin, group, **{"ims_funds-all_funds": "on", "ims_funds-funds": [tax.pk]})

    assert funds_of(group) == {None}


def test_unticking_takes_the_fund_away(admin):
    group, tax = Group.objects.create(name="Clerks"), make_fund("05")
    GroupFund.objects.create(group=group, fund=tax)

    save(admin, group)

    assert funds_of(group) == set()


def test_the_screen_is_a_table_of_all_funds_with_those_granted_ticked(admin):
    group, tax = Group.objects.create(name="Clerks"), make_fund("05", name="Council tax")
    make_fund("06", name="Rents", enabled=False)
    GroupFund.objects.create(group=group, fund=tax)

    page = admin.get(f"/admin/groups/edit/{group.pk}/")

    funds = next(rows for rows in read(page).tables if rows[0][0] == "Granted")
    assert funds == [
        ["Granted", "Code", "Fund", "In use"],
        ["", "05", "Council tax", "Yes"],
        ["", "06", "Rents", "No"],
    ]
    boxes = re.findall(r'<input[^>]+name="ims_funds-funds"[^>]*>', page.content.decode())
    assert [("checked" in box, f'value="{tax.pk}"' in box) for box in boxes] == [
        (True, True),
        (False, False),
    ]


def test_a_member_changes_nothing_about_their_own_group(admin):
    tax = make_fund("05")
    person = make_person("auth.change_group", "auth.view_group", funds=())
    own, other = person.groups.get(), Group.objects.create(name="Clerks")
    browser = logged_in(person)

    for typed in ({}, {"ims_funds-all_funds": "on"}, {"ims_funds-funds": [tax.pk]}):
        page = save(browser, own, permissions=[], **typed)
        assert "nobody changes their own rights" in page.content.decode()
    assert funds_of(own) == set()
    assert own.permissions.filter(codename="change_group").exists()

    assert save(browser, other, **{"ims_funds-funds": [tax.pk]}).status_code == 302
    assert funds_of(other) == {"05"}


def test_permissions_given_and_taken_are_audited(admin):
    group = Group.objects.create(name="Clerks")
    group.permissions.add(Permission.objects.get(codename="view_order"))
    given = Permission.objects.get(codename="view_fund")

    save(admin, group, permissions=[given.pk])

    entries = {entry.action: entry for entry in AuditEntry.objects.all()}
    assert entries["give permissions"].after == {"permissions": ["ims_funds.view_fund"]}
    assert entries["take permissions"].before == {"permissions": ["ims_payments.view_order"]}


def test_the_screen_offers_every_income_permission_a_role_has(admin):
    page = admin.get("/admin/groups/new/")

    offered = {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in page.context_data["form"].fields["permissions"].queryset
    }
    wanted = {name for role in ROLES for name in role.permissions if name.startswith("ims_")}
    assert wanted - offered == set()


def test_the_screen_offers_nothing_that_no_screen_does(admin):
    page = admin.get("/admin/groups/new/")

    offered = {p.codename for p in page.context_data["form"].fields["permissions"].queryset}
    assert offered.isdisjoint({"add_accountholder", "add_order", "view_posting"})

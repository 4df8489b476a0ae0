"""Nobody changes their own rights, and only administrators make administrators."""

import pytest
from django.contrib.auth.models import Group, User

from ims_wagtail.access.models import AuditEntry, StaffProfile
from tests.casebook import cases
from tests.staff.people import logged_in, make_person


pytestmark = pytest.mark.django_db

USERS = ("auth.add_user", "auth.change_user", "auth.delete_user")


@pytest.fixture
def desk():
    """Somebody who keeps users, and is no administrator."""
    return make_person(*USERS, "ims_access.change_staffprofile", name="desk")


@pytest.fixture
def asha():
    return make_person(name="asha")


def typed(user, **values) -> dict:
    groups = list(user.groups.values_list("pk", flat=True))
    return {
        "username": user.username,
        "email": f"{user.username}@example.org",
        "first_name": "Some",
        "last_name": "Body",
        "is_active": "on",
        "groups": groups,
        **values,
    }


def edit(actor, user, data):
    return logged_in(actor).post(f"/admin/users/edit/{user.pk}/", data, follow=True)


def words(page) -> str:
    return page.content.decode()


@pytest.mark.parametrize(("case", "correction"), cases("user.self_edit"))
def test_cases_of_editing_oneself(case, correction, desk):
    treasury = Group.objects.create(name="Treasury")

    page = edit(desk, desk, typed(desk, groups=[treasury.pk]))

    assert case["expected"]["error"] in words(page)
    assert not desk.groups.filter(name="Treasury").exists()


def test_an_empty_form_about_oneself_is_refused_too(desk):
    """The earlier system looked at the rows that were sent, so sending none went through."""
    own = desk.groups.get()

    for address in (f"/admin/users/edit/{desk.pk}/", profile_of(desk)):
        page = logged_in(desk).post(address, {}, follow=True)
        assert "permission to edit your own account" in words(page)

    assert list(desk.groups.all()) == [own]


def profile_of(user) -> str:
    return f"/admin/income/people/edit/{StaffProfile.objects.get(user=user).pk}/"


def test_nobody_widens_their_own_profile(desk):
    page = logged_in(desk).post(profile_of(desk), {"expiry_days": "3000"}, follow=True)

    assert "permission to edit your own account" in words(page)
    assert StaffProfile.objects.get(user=desk).expiry_days == 90


def test_only_an_administrator_makes_or_changes_an_administrator(desk, asha):
    page = edit(desk, asha, typed(asha, is_superuser="on"))
    assert "Only an administrator can make" in words(page)

    new = {**typed(asha, username="mate", is_superuser="on"), "password1": "x", "password2": "x"}
    page = logged_in(desk).post("/admin/users/new/", new, follow=True)
    assert "Only an administrator can make" in words(page)

    root = User.objects.create_superuser("root")
    page = edit(desk, root, typed(root))
    assert "Only an administrator can change" in words(page)

    assert list(User.objects.filter(is_superuser=True)) == [root]
    assert not User.objects.filter(username="mate").exists()


def test_many_at_once_are_held_to_the_same(desk, asha):
    treasury = Group.objects.create(name="Treasury")
    address = "/admin/bulk/auth/user/assign_role/"

    page = logged_in(desk).post(
        f"{address}?id={desk.pk}&id={asha.pk}", {"role": treasury.pk}, follow=True
    )
    assert "permission to edit your own account" in words(page)
    assert not treasury.user_set.exists()

    logged_in(desk).post(f"{address}?id={asha.pk}&next=/admin/", {"role": treasury.pk})
    assert list(treasury.user_set.all()) == [asha]
    entry = AuditEntry.objects.get(action="give groups")
    assert (entry.user_name, entry.object_id) == ("desk", str(asha.pk))
    assert entry.after == {"groups": ["Treasury"]}


def test_disabling_many_and_giving_them_back_is_audited_and_counts_anew(desk, asha):
    address = f"/admin/bulk/auth/user/set_active_state/?id={asha.pk}&next=/admin/"

    for state in ("False", "True"):
        logged_in(desk).post(address, {"mark_as_active": state})

    changes = AuditEntry.objects.filter(action="change", object_id=str(asha.pk)).order_by("pk")
    assert [entry.after for entry in changes] == [{"is_active": False}, {"is_active": True}]
    assert StaffProfile.objects.get(user=asha).enabled_at is not None


def test_what_is_changed_about_others_is_audited(desk, asha):
    treasury = Group.objects.create(name="Treasury")

    edit(desk, asha, typed(asha, first_name="Asha", groups=[treasury.pk]))

    entries = {entry.action: entry for entry in AuditEntry.objects.all()}
    assert entries["change"].after["first_name"] == "Asha"
    assert entries["give groups"].after == {"groups": ["Treasury"]}
    assert len(entries["take groups"].before["groups"]) == 1
    assert {entry.user_name for entry in entries.values()} == {"desk"}


def test_an_administrator_may_change_anything(asha):
    root = User.objects.create_superuser("root")

    edit(root, asha, typed(asha, is_superuser="on"))
    page = logged_in(root).get(f"/admin/users/edit/{root.pk}/")

    assert page.status_code == 200
    asha.refresh_from_db()
    assert asha.is_superuser
    logged_in(root).post(f"/admin/users/delete/{asha.pk}/")
    assert AuditEntry.objects.get(action="delete").before == {"name": "asha"}

"""Accounts nobody uses are disabled: at sign-in, whichever way, and by the daily command."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from ims_wagtail.access.expiry import is_expired
from ims_wagtail.access.models import AuditEntry, StaffProfile
from tests.casebook import cases
from tests.staff.people import make_person


pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def colin():
    """A cashier who was made 200 days ago and signed in 91 days ago."""
    person = make_person(name="colin")
    person.set_password("a good long password")
    person.date_joined = NOW - timedelta(days=200)
    person.last_login = NOW - timedelta(days=91)
    person.save()
    return person


def sign_in(password: str = "a good long password"):
    return Client().post("/admin/login/", {"username": "colin", "password": password})


@pytest.mark.parametrize(("case", "correction"), cases("user.expiry"))
def test_cases_of_expiry(case, correction):
    given = case["input"]
    user = User.objects.create_user("case")
    user.last_login = user.date_joined = None
    if "last_login_days_ago" in given:
        user.last_login = NOW - timedelta(days=given["last_login_days_ago"])
    user.date_joined = NOW - timedelta(days=given.get("created_days_ago", 0))
    profile = user.ims_profile
    profile.expiry_days = given["expiry_days"]

    assert is_expired(profile, at=NOW) is case["expected"]["disable"]


def test_exactly_so_many_days_are_not_too_many(colin):
    colin.last_login = NOW - timedelta(days=90)
    assert not is_expired(StaffProfile(user=colin, expiry_days=90), at=NOW)
    assert is_expired(StaffProfile(user=colin, expiry_days=90), at=NOW + timedelta(microseconds=1))


@time_machine.travel(NOW, tick=False)
def test_an_unused_account_is_disabled_when_its_person_comes_back(colin):
    page = sign_in()

    assert page.status_code == 200
    assert "nobody used it for more than 90 days" in page.content.decode()
    colin.refresh_from_db()
    assert not colin.is_active
    entry = AuditEntry.objects.get(action="expire")
    assert entry.object_id == str(colin.pk)


@time_machine.travel(NOW, tick=False)
def test_a_wrong_password_says_nothing_about_expiry(colin):
    page = sign_in("wrong").content.decode()

    assert "didn&#x27;t match" in page
    assert "nobody used it" not in page
    colin.refresh_from_db()
    assert colin.is_active


@time_machine.travel(NOW, tick=False)
def test_any_other_way_in_is_shut_as_well(colin, rf):
    from django.contrib.auth import login
    from django.core.exceptions import PermissionDenied

    request = rf.get("/")
    request.session = Client().session
    colin.backend = "django.contrib.auth.backends.ModelBackend"

    with pytest.raises(PermissionDenied):
        login(request, colin)

    assert not request.session.keys()
    assert request.user.is_anonymous
    colin.refresh_from_db()
    assert not colin.is_active


@time_machine.travel(NOW, tick=False)
def test_the_daily_command_disables_it_and_ends_its_sessions(colin, capsys):
    colin.last_login = NOW - timedelta(days=1)
    colin.save()
    browser = Client()
    browser.force_login(colin)
    User.objects.filter(pk=colin.pk).update(last_login=NOW - timedelta(days=91))
    other = User.objects.create_user("asha")

    call_command("ims_expire_accounts")

    assert capsys.readouterr().out.splitlines() == ["colin: disabled", "1 accounts disabled"]
    assert browser.get("/admin/").url.startswith("/admin/login/")
    other.refresh_from_db()
    assert other.is_active


@time_machine.travel(NOW, tick=False)
def test_an_account_that_was_given_back_counts_from_then(colin):
    """The earlier system went on counting from the last sign-in, so giving back did nothing."""
    colin.is_active = False
    colin.save()
    colin.is_active = True
    colin.save()

    assert sign_in().status_code == 302
    with time_machine.travel(NOW + timedelta(days=1)):
        colin.email = "colin@example.org"
        colin.save()  # a later edit doesn't wipe it, as it did there
    assert StaffProfile.objects.get(user=colin).enabled_at == NOW


@time_machine.travel(NOW, tick=False)
def test_the_last_administrator_is_let_in_again_from_the_command_line(colin, capsys):
    call_command("ims_expire_accounts")
    call_command("ims_expire_accounts", enable="colin")

    assert sign_in().status_code == 302
    with pytest.raises(CommandError, match="Nobody is called nobody"):
        call_command("ims_expire_accounts", enable="nobody")


def test_everybody_new_has_a_profile_of_ninety_days():
    assert User.objects.create_user("new").ims_profile.expiry_days == 90

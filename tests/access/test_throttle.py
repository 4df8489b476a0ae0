"""Guessing passwords is slowed down, and tells nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from ims_wagtail.access import throttle
from ims_wagtail.access.models import SignInFailure
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db

WAIT = "too many attempts to sign in"
PASSWORD = "a good long password"


@pytest.fixture
def ada():
    return User.objects.create_superuser("ada", password=PASSWORD)


def sign_in(name="ada", password=PASSWORD, address="192.0.2.1"):
    return Client(REMOTE_ADDR=address).post(
        "/admin/login/", {"username": name, "password": password}
    )


def fail(times, **how):
    for _ in range(times):
        page = sign_in(password="wrong", **how)
    return page.content.decode()


def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait(ada):
    assert WAIT not in fail(10)

    page = sign_in(name=" ADA", address="192.0.2.9")

    assert page.status_code == 200
    assert WAIT in page.content.decode()


def test_a_quarter_of_an_hour_later_the_person_gets_in(ada):
    fail(10)

    with time_machine.travel(timezone.now() + throttle.WINDOW + timedelta(seconds=1)):
        assert sign_in().status_code == 302


def test_a_name_nobody_has_is_treated_like_any_other(ada):
    there, nowhere = fail(10), fail(10, name="nobody")
    assert there.count("didn&#x27;t match") == nowhere.count("didn&#x27;t match") == 1

    assert WAIT in fail(1)
    assert WAIT in fail(1, name="nobody")


def test_many_names_from_one_address_have_to_wait_too(ada):
    for number in range(throttle.MOST_BY_ADDRESS):
        throttle.count_failure(name=f"guess{number}", address="192.0.2.1")

    assert WAIT in sign_in().content.decode()
    assert sign_in(address="192.0.2.2").status_code == 302


def test_getting_in_starts_the_count_again(ada):
    fail(9)
    sign_in()
    fail(9)

    assert sign_in().status_code == 302


def test_waiting_asks_for_no_password_hash(ada, monkeypatch):
    fail(10)
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.verify", lambda *a: pytest.fail("hashed")
    )

    assert WAIT in sign_in().content.decode()


def test_neither_names_nor_addresses_are_kept_and_nothing_longer_than_a_day(ada):
    fail(1, name="my-secret-password")
    kept = " ".join(SignInFailure.objects.values_list("key", flat=True))
    assert "secret" not in kept and "192.0" not in kept

    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        fail(1)

    assert SignInFailure.objects.count() == 2


def test_a_site_without_the_form_is_told(settings):
    def warnings():
        found = run_checks(include_deployment_checks=True, tags=["security"])
        return [message.id for message in found if message.id == "ims_access.W001"]

    health = logged_in(make_person("ims_backoffice.view_health", funds=(ALL_FUNDS,)))
    assert warnings() == []
    assert "Passwords can be" not in health.get("/admin/income/health/").content.decode()
    del settings.WAGTAILADMIN_USER_LOGIN_FORM
    assert warnings() == ["ims_access.W001"]
    assert "Passwords can be guessed" in health.get("/admin/income/health/").content.decode()
    settings.WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
    assert warnings() == []

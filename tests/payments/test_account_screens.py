"""An Income manager sets merchant accounts up and moves payments between them, without secrets."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.payments.enums import Channel, EventSource
from ims_wagtail.payments.models import MerchantAccount, ProviderEvent, Route
from ims_wagtail.payments.providers.contract import Can
from ims_wagtail.payments.providers.sandbox.provider import SandboxProvider
from ims_wagtail.payments.selectors import account_for
from tests.factories import make_fund, make_merchant_account, make_payment_type
from tests.payments.making import make_council, make_order
from tests.staff.people import ALL_FUNDS, every_income_permission, logged_in, make_person


pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/income/merchant-accounts/"
SECRET = "key-nobody-may-see"


@pytest.fixture
def manager() -> Client:
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,)))


@pytest.fixture
def keys(settings):
    """Credentials for two accounts; the second has two webhook secrets during a change."""
    settings.IMS = {
        **settings.IMS,
        "CREDENTIALS": {
            "first": {"api_key": SECRET, "webhook_secrets": ["old-secret"]},
            "second": {"api_key": SECRET, "webhook_secrets": ["new-secret", "old-secret"]},
        },
    }


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.content, "html.parser").main.get_text(" ").split())


def form(*routes: dict[str, Any], kept: int = 0, **values: Any) -> dict[str, Any]:
    """What a browser would send for an account with these rows of routes."""
    sent: dict[str, Any] = {
        "name": "GOV.UK Pay, rooms",
        "provider": "sandbox",
        "code": "second",
        "minimum_amount": "0.30",
        "maximum_amount": "5000.00",
        "routes-TOTAL_FORMS": str(len(routes)),
        "routes-INITIAL_FORMS": str(kept),
    }
    for number, route in enumerate(routes):
        for name, value in route.items():
            sent[f"routes-{number}-{name}"] = value
    return sent | values


def problems(response) -> list[str]:
    soup = BeautifulSoup(response.content, "html.parser")
    return [" ".join(each.get_text(" ").split()) for each in soup.select(".error-message")]


def test_an_account_is_made_for_a_credential_and_takes_what_it_names(manager, keys):
    make_merchant_account("first")
    rooms = make_payment_type("room-hire", fund=make_fund("RH"))

    made = manager.post(
        f"{ACCOUNTS}new/",
        form(
            {"payment_type": rooms.pk, "channel": "online"},
            {"payment_type": "", "channel": ""},
        ),
    )

    assert made.status_code == 302
    account = MerchantAccount.objects.get(code="second")
    assert account_for(payment_types=[rooms], site_id=None) == {rooms.pk: account}
    assert AuditEntry.objects.get().after["routes"] == ["Room hire, Online"]


def test_the_page_names_the_setting_and_never_the_secret(manager, keys):
    first = make_merchant_account("first")
    missing = make_merchant_account("third", takes=())

    told = page(manager, f"{ACCOUNTS}inspect/{first.pk}/")
    assert "IMS['CREDENTIALS']['first']['api_key'] is there" in told
    assert "Takes everything else, Online" in told
    told = page(manager, f"{ACCOUNTS}inspect/{missing.pk}/")
    assert "IMS['CREDENTIALS']['third']['api_key'] is missing" in told
    assert "No payment can be begun through this account. It has no key in the settings." in told
    for address in (ACCOUNTS, f"{ACCOUNTS}inspect/{first.pk}/", f"{ACCOUNTS}edit/{first.pk}/"):
        assert SECRET not in manager.get(address).content.decode()
        assert "old-secret" not in manager.get(address).content.decode()


def test_who_routes_to_an_account_without_a_key_is_told_what_cannot_be_paid(manager, keys):
    fines = make_payment_type("parking-fine", fund=make_fund("PF"))
    route = {"payment_type": fines.pk, "channel": "online"}

    made = manager.post(f"{ACCOUNTS}new/", form(route, code="fourth"), follow=True)
    warning = (
        "No payment can be begun through GOV.UK Pay, rooms (It has no key in the settings), so "
        "this can’t be paid for the moment: Parking fine, Online."
    )
    assert any(warning in str(message) for message in made.context["messages"])

    keyed = manager.post(f"{ACCOUNTS}new/", form(route, take_over="on"), follow=True)
    assert not any("No payment" in str(message) for message in keyed.context["messages"])


def test_the_page_writes_amounts_and_answers_as_people_do(manager, keys):
    account = make_merchant_account("first")
    account.minimum_amount, account.maximum_amount = "0.30", "5000"
    account.save()
    told = page(manager, f"{ACCOUNTS}inspect/{account.pk}/")
    assert "One payment from £0.30 to £5,000.00" in told
    assert "Takes real money no" in told
    assert "Card surcharges posted to suspense" in told


def test_the_page_says_which_secret_signed_the_last_message(manager, keys):
    account = make_merchant_account("second")
    for number in (2, 1):
        ProviderEvent.objects.create(
            account=account,
            source=EventSource.WEBHOOK,
            message_id=f"m{number}",
            detail={"secret": number},
        )

    assert "signed with secret 1 of 2 at" in page(manager, f"{ACCOUNTS}inspect/{account.pk}/")


def test_what_another_account_takes_changes_hands_only_when_told_and_at_once(manager, keys):
    first = make_merchant_account("first")
    everything = {"payment_type": "", "channel": "online"}

    refused = manager.post(f"{ACCOUNTS}new/", form(everything))
    assert refused.status_code == 200
    assert "everything else, Online (Account first)" in problems(refused)[0]
    assert not MerchantAccount.objects.filter(code="second").exists()

    manager.post(f"{ACCOUNTS}new/", form(everything, take_over="on"))
    route = Route.objects.get()
    assert route.account.code == "second"
    lost = AuditEntry.objects.get(object_id=str(first.pk))
    assert (lost.before["routes"], lost.after["routes"]) == (["everything else, Online"], [])


def test_the_same_thing_is_not_named_twice(manager, keys):
    everything = {"payment_type": "", "channel": "online"}

    refused = manager.post(f"{ACCOUNTS}new/", form(everything, everything))

    assert problems(refused) == ["The same stands here twice: remove one."]


def test_a_council_with_one_site_is_not_asked_for_it(manager, keys):
    account = make_merchant_account("second")
    shown = BeautifulSoup(manager.get(f"{ACCOUNTS}edit/{account.pk}/").content, "html.parser")

    assert shown.find("select", {"name": "routes-0-payment_type"})
    assert shown.find("select", {"name": "routes-0-site"}) is None


def test_one_site_is_taken_by_another_account_than_the_rest(manager, keys):
    first = make_merchant_account("first")
    site = Site.objects.create(
        hostname="moor.example", site_name="Moorland", root_page=Page.objects.get(depth=2)
    )
    there = {"payment_type": "", "site": site.pk, "channel": "online"}

    nothing_said = manager.post(f"{ACCOUNTS}new/", form(there | {"channel": ""}))
    assert problems(nothing_said) == ["Say how it is taken, or choose “Remove”"]
    twice = manager.post(f"{ACCOUNTS}new/", form(there, there))
    assert problems(twice) == ["The same stands here twice: remove one."]
    # What the first account takes on every site is another thing, and is not taken over.
    manager.post(f"{ACCOUNTS}new/", form(there))

    second = MerchantAccount.objects.get(code="second")
    assert first.routes.get().site is None
    assert second.routes.get().site == site
    made = AuditEntry.objects.get(object_id=str(second.pk))
    assert made.after["routes"] == ["everything else on Moorland, Online"]
    told = page(manager, f"{ACCOUNTS}inspect/{second.pk}/")
    assert "Takes everything else on Moorland, Online" in told

    refused = manager.post(f"{ACCOUNTS}new/", form(there, code="third"))
    assert "everything else on Moorland, Online (GOV.UK Pay, rooms)" in problems(refused)[0]


def test_a_route_is_removed_and_the_rest_stays(manager, keys):
    rooms = make_payment_type("room-hire", fund=make_fund("RH"))
    account = make_merchant_account("second", takes=(None, rooms))
    kept, gone = account.routes.get(payment_type=None), account.routes.get(payment_type=rooms)

    manager.post(
        f"{ACCOUNTS}edit/{account.pk}/",
        form(
            {"id": kept.pk, "payment_type": "", "channel": "online"},
            {"id": gone.pk, "payment_type": rooms.pk, "channel": "online", "DELETE": "on"},
            kept=2,
        ),
    )

    assert list(account.routes.all()) == [kept]


def test_a_manager_of_one_fund_neither_sees_nor_loses_the_routes_of_another(keys):
    mine, theirs = make_fund("RH"), make_fund("XX", name="Secret works")
    other = make_payment_type("secret-works", fund=theirs, name="Secret works")
    account = make_merchant_account("second", takes=(other,))
    person = logged_in(make_person(*every_income_permission(), funds=(mine,)))

    for address in ("edit", "inspect"):
        assert "Secret works" not in page(person, f"{ACCOUNTS}{address}/{account.pk}/")
    person.post(f"{ACCOUNTS}edit/{account.pk}/", form())
    account.refresh_from_db()
    assert account.name == "GOV.UK Pay, rooms"
    assert account.routes.get().payment_type == other


def test_only_what_the_provider_can_do_is_accepted(manager, keys, monkeypatch):
    monkeypatch.setattr(SandboxProvider, "can", frozenset())
    by_telephone = {"payment_type": "", "channel": "telephone"}

    refused = manager.post(f"{ACCOUNTS}new/", form(by_telephone, delayed_capture="on"))
    assert "This account’s provider can’t take payments by telephone" in problems(refused)
    assert "delayed_capture" in refused.context_data["form"].errors

    monkeypatch.setattr(SandboxProvider, "can", frozenset({Can.TELEPHONE, Can.DELAYED_CAPTURE}))
    assert (
        manager.post(f"{ACCOUNTS}new/", form(by_telephone, delayed_capture="on")).status_code == 302
    )
    assert Route.objects.get().channel == Channel.TELEPHONE


def test_fs095_a_key_of_the_other_kind_is_refused_before_saving(manager, keys, monkeypatch):
    monkeypatch.setattr(SandboxProvider, "test_key_prefixes", ("key-",))

    refused = manager.post(f"{ACCOUNTS}new/", form(is_live="on"))

    (error,) = refused.context_data["form"].errors["is_live"]
    assert "its key is one for trying things out" in error
    assert SECRET not in refused.content.decode()


def test_limits_the_wrong_way_round_are_refused(manager, keys):
    refused = manager.post(f"{ACCOUNTS}new/", form(minimum_amount="10", maximum_amount="5"))

    assert refused.status_code == 200
    assert not MerchantAccount.objects.exists()


def test_code_and_provider_stay_once_the_account_exists(manager, keys):
    account = make_merchant_account("first")

    manager.post(f"{ACCOUNTS}edit/{account.pk}/", form(code="second"))

    account.refresh_from_db()
    assert (account.code, account.name) == ("first", "GOV.UK Pay, rooms")


def test_an_account_that_took_payments_is_not_deleted_and_one_that_did_not_is(manager, settings):
    council = make_council()
    make_order(council)
    spare = make_merchant_account("spare", takes=(council.council_tax,))

    for account in (council.account, spare):
        manager.post(f"{ACCOUNTS}delete/{account.pk}/")

    assert list(MerchantAccount.objects.all()) == [council.account]
    assert "1 payment" in page(manager, f"{ACCOUNTS}inspect/{council.account.pk}/")


def test_an_account_that_was_refused_is_offered_again_by_hand(manager, keys):
    account = make_merchant_account(
        "first",
        unavailable_since=timezone.now() - timedelta(hours=1),
        unavailable_why="P0941",
    )
    address = f"{ACCOUNTS}inspect/{account.pk}/"
    assert "the provider refuses it (P0941)" in page(manager, address)

    manager.post(f"{ACCOUNTS}try-again/{account.pk}/")

    account.refresh_from_db()
    assert account.unavailable_since is None
    assert AuditEntry.objects.get().action == "try account again"
    assert "No payment can be begun" not in page(manager, address)


def test_who_may_only_look_can_not_offer_it_again(keys):
    account = make_merchant_account("first", unavailable_since=timezone.now())
    reader = logged_in(
        make_person(
            "wagtailadmin.access_admin", "ims_payments.view_merchantaccount", funds=(ALL_FUNDS,)
        )
    )

    assert "Try again" not in page(reader, f"{ACCOUNTS}inspect/{account.pk}/")
    reader.post(f"{ACCOUNTS}try-again/{account.pk}/")

    account.refresh_from_db()
    assert account.unavailable_since is not None

"""A merchant account is made for a credential that the settings hold, and only for one."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ims_wagtail.payments.models import MerchantAccount, Route


pytestmark = pytest.mark.django_db


def make(code: str, provider: str = "sandbox") -> str:
    said = StringIO()
    call_command("ims_merchant_account", code, provider, stdout=said)
    return said.getvalue()


def test_first_account_takes_payments_and_the_second_waits(settings):
    credentials = {code: {"api_key": "key"} for code in ("first", "second")}
    settings.IMS = {**settings.IMS, "CREDENTIALS": credentials}

    assert "It takes payments" in make("first")
    assert "does not take payments yet" in make("second")
    assert Route.objects.get(payment_type=None).account.code == "first"


@pytest.mark.parametrize(
    ("code", "provider", "says"),
    [("nobody", "sandbox", "lacks “nobody”"), ("sandbox", "abacus", "“abacus” is not installed")],
)
def test_account_that_could_not_work_is_refused(code, provider, says):
    with pytest.raises(CommandError, match=says):
        make(code, provider)
    assert not MerchantAccount.objects.exists()


def test_same_account_is_not_made_twice():
    make("sandbox")

    with pytest.raises(CommandError, match="already"):
        make("sandbox")
    assert MerchantAccount.objects.count() == 1

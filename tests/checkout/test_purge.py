"""Baskets nobody comes back for."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from ims_wagtail.checkout.models import Basket, BasketLine
from ims_wagtail.checkout.tasks import purge_old_baskets


@pytest.fixture
def two_baskets(resident) -> None:
    """One touched today, one eight days ago."""
    resident.add(reference="301122331", amount="10")
    resident.go_to_check(email="ada@example.com")
    old = Basket.objects.create(email="old@example.com")
    BasketLine.objects.create(
        basket=old,
        position=1,
        payment_type=BasketLine.objects.get().payment_type,
        account_reference="1",
        amount=5,
    )
    Basket.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=8))


def test_a_forgotten_basket_goes_with_the_details_in_it(two_baskets, capsys):
    call_command("ims_purge_baskets")

    assert capsys.readouterr().out == "1 old baskets deleted\n"
    assert Basket.objects.get().email == "ada@example.com"
    assert BasketLine.objects.count() == 1


def test_the_task_does_the_same(two_baskets):
    assert purge_old_baskets.call() == 1
    assert purge_old_baskets.call() == 0


def test_any_change_keeps_a_basket(two_baskets, resident):
    Basket.objects.update(updated_at=timezone.now() - timedelta(days=8))
    resident.add("room-hire", reference="B1", amount="5")

    assert purge_old_baskets.call() == 1

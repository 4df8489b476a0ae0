"""``manage.py ims_merchant_account``: make a merchant account for a credential of the settings."""

from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ims_wagtail.conf import ims_settings
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.models import MerchantAccount, Route
from ims_wagtail.payments.providers.registry import UnknownProvider, provider_class


class Command(BaseCommand):
    """Run by whoever puts the secrets into the environment; the rest is changed in the admin.

    The first account takes every payment at once. A later one waits until the admin says what is
    paid through it.
    """

    help = "Make a merchant account for a credential that IMS['CREDENTIALS'] holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="key of the credential in IMS['CREDENTIALS']")
        parser.add_argument("provider", help="which provider it is an account of, like sandbox")

    @transaction.atomic
    def handle(self, *args: Any, code: str, provider: str, **options: Any) -> None:
        if code not in ims_settings().credentials:
            raise CommandError(f"IMS['CREDENTIALS'] lacks “{code}”. Add it to the settings first.")
        try:
            provider_class(provider)
        except UnknownProvider as error:
            raise CommandError(str(error)) from error
        account, made = MerchantAccount.objects.get_or_create(
            code=code,
            defaults={
                "name": provider.capitalize(),
                "provider": provider,
                "minimum_amount": Decimal("0.30"),
                "maximum_amount": Decimal("100000.00"),
            },
        )
        if not made:
            raise CommandError(f"There is a merchant account “{code}” already: {account}.")
        _route, is_first = Route.objects.get_or_create(
            payment_type=None, site=None, channel=Channel.ONLINE, defaults={"account": account}
        )
        takes = "It takes payments." if is_first else "It does not take payments yet."
        self.stdout.write(f"Made {account}. {takes}")

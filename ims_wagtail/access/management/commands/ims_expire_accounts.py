"""``manage.py ims_expire_accounts``: disable the accounts nobody has used for their days."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.access.expiry import enable, expire_all


class Command(BaseCommand):
    """Run it daily. ``--enable`` gives an account back when nobody is left who could sign in."""

    help = "Disable the accounts nobody has used for longer than they may lie idle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--enable", metavar="NAME", help="give this person's account back")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["enable"] is not None:
            self._enable(options["enable"])
            return
        names = expire_all()
        for name in names:
            self.stdout.write(f"{name}: disabled")
        self.stdout.write(f"{len(names)} accounts disabled")

    def _enable(self, name: str) -> None:
        user_model = get_user_model()
        try:
            user = user_model._default_manager.get_by_natural_key(name)
        except user_model.DoesNotExist as error:
            raise CommandError(f"Nobody is called {name}.") from error
        enable(user)
        self.stdout.write(f"{name}: enabled")

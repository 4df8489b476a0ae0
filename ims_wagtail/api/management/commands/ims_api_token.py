"""Make a token for a system that brings files, or revoke it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from ims_wagtail.api.tokens import make_token, revoke_token
from ims_wagtail.imports.models import ImportType


class Command(BaseCommand):
    help = "Makes a token with which a system may bring files, and prints it once; or revokes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the system is called")
        parser.add_argument(
            "--import-type",
            action="append",
            default=[],
            metavar="CODE",
            help="an import type it may bring files of; may be repeated",
        )
        parser.add_argument("--revoke", action="store_true", help="let its token count no more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["revoke"]:
            try:
                revoke_token(name=options["name"])
            except LookupError as error:
                raise CommandError(f"No token is called {options['name']}") from error
            return
        codes = set(options["import_type"])
        types = list(ImportType.objects.filter(code__in=codes))
        if not types or len(types) < len(codes):
            unknown = ", ".join(sorted(codes - {one.code for one in types}))
            raise CommandError(f"Name import types that exist: {unknown or 'none was named'}")
        try:
            token = make_token(name=options["name"], import_types=types)
        except IntegrityError as error:
            raise CommandError(f"There was a token called {options['name']} before") from error
        self.stdout.write(token)

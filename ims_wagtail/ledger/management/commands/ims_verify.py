"""Prove the rules of the book and of the audit log on a live database."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.access import chain
from ims_wagtail.ledger.verification import verify


class Command(BaseCommand):
    """Exit 0 when every rule holds; otherwise print the rows that break one and exit 1."""

    help = "Prove that the book and the audit log hold, and print the head of the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept",
            metavar="NUMBER:HASH",
            action="append",
            default=[],
            help="a head that was printed earlier: it must still be part of the audit log",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chain.seal()
        broken = [self._kept_is_gone(kept) for kept in options["kept"]]
        for proof, breach in verify():
            if breach is None:
                self.stdout.write(f"holds   {proof.rule}")
                continue
            broken.append(True)
            self.stdout.write(self.style.ERROR(f"BROKEN  {proof.rule}"))
            for row in breach.rows:
                self.stdout.write(f"        {row}")
        self.stdout.write(f"audit log: {chain.head() or 'empty'}")
        if any(broken):
            sys.exit(1)

    def _kept_is_gone(self, kept: str) -> bool:
        try:
            holds = chain.still_holds(kept)
        except ValueError as error:
            raise CommandError(f"{kept} is no head: it looks like 1234:5f3a… in full.") from error
        rule = f"the audit log goes on from {kept.strip()}"
        self.stdout.write(f"holds   {rule}" if holds else self.style.ERROR(f"BROKEN  {rule}"))
        return not holds

"""Prove the rules of the book on a live database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from ims_wagtail.ledger.verification import verify


class Command(BaseCommand):
    """Exit 0 when every rule holds; otherwise print the rows that break one and exit 1."""

    help = "Prove that the book holds: totals, sources, corrections, VAT, references, rollups."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = False
        for proof, breach in verify():
            if breach is None:
                self.stdout.write(f"holds   {proof.rule}")
                continue
            broken = True
            self.stdout.write(self.style.ERROR(f"BROKEN  {proof.rule}"))
            for row in breach.rows:
                self.stdout.write(f"        {row}")
        if broken:
            sys.exit(1)

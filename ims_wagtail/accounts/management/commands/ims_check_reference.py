"""Tell whether a payment type takes an account reference, and why not."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.accounts.checks import PaymentRefused, check_reference
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.funds.explaining import explain_facts
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.references import RuleFacts


class Command(BaseCommand):
    help = "Prints the normalised reference when it is valid; otherwise exits 1 with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("payment_type", help="Short name in addresses, such as council-tax")
        parser.add_argument("reference", help="The account reference as a resident would type it")
        parser.add_argument(
            "--explain", action="store_true", help="print what each part of the rule makes of it"
        )

    def handle(
        self, *args: Any, payment_type: str, reference: str, explain: bool = False, **options: Any
    ) -> None:
        found = (
            PaymentType.objects.select_related("fund__reference_rule__check_digit")
            .filter(slug=payment_type)
            .first()
        )
        if found is None:
            known = PaymentType.objects.order_by("slug").values_list("slug", flat=True)
            raise CommandError(f"No payment type {payment_type}. There are: {', '.join(known)}")
        if explain:
            self._explain(found, reference)
        try:
            normalised = check_reference(
                payment_type=found, reference=reference, audience=Audience.STAFF
            )
        except PaymentRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(normalised)

    def _explain(self, payment_type: PaymentType, reference: str) -> None:
        rule = payment_type.fund.reference_rule
        facts = RuleFacts.of(rule) if rule else RuleFacts()
        for step in explain_facts(facts, reference).steps:
            verdict = "right" if step.holds else "WRONG"
            self.stdout.write(f"{verdict}  {step.title}: {step.found}")
            for line in step.lines:
                self.stdout.write(f"         {line}")

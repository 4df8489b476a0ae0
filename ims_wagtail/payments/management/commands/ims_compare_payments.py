"""Compare payments with what providers say they took, and hear of disputes: every morning."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ims_wagtail.clock import accounting_date
from ims_wagtail.payments import gateway
from ims_wagtail.payments.comparing.compare import compare_day
from ims_wagtail.payments.disputes.polling import poll_disputes
from ims_wagtail.payments.models import MerchantAccount
from ims_wagtail.payments.providers.contract import Can, Unreachable


#: What a provider tells late, such as when it paid out, is known a week on.
WEEK = timedelta(days=7)


class Command(BaseCommand):
    help = (
        "Compare a day's payments and refunds with every provider's own list, and ask for "
        "disputes. Differences wait for a person on the screen Differences. Safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="which London day; unless given, yesterday and the day a week before it",
        )
        parser.add_argument("--account", metavar="CODE", help="only this merchant account")

    def handle(self, *args: Any, **options: Any) -> None:
        yesterday = accounting_date() - timedelta(days=1)
        days = [options["day"]] if options["day"] else [yesterday, yesterday - WEEK]
        accounts = MerchantAccount.objects.order_by("code")
        if options["account"]:
            accounts = accounts.filter(code=options["account"])
            if not accounts:
                raise CommandError(f"There is no merchant account “{options['account']}”.")
        unreachable = [account.code for account in accounts if not self._account(account, days)]
        if unreachable:
            raise CommandError(f"Not reached: {', '.join(unreachable)}. Run it again later.")

    def _account(self, account: MerchantAccount, days: list[date]) -> bool:
        """Do one account; return whether its provider answered."""
        gateway.forget_old(account)
        disputes = poll_disputes(account=account)
        if disputes.seen:
            self.stdout.write(
                f"{account.code}: {disputes.seen} disputes, {disputes.new} of them new"
            )
        if not gateway.can(account, Can.LIST):
            return not disputes.unreachable
        try:
            for day in days:
                self._compare(account, day)
        except Unreachable:
            return False
        return not disputes.unreachable

    def _compare(self, account: MerchantAccount, day: date) -> None:
        comparison = compare_day(account=account, day=day)
        open_ones = comparison.differences.filter(closed_at__isnull=True).count()
        self.stdout.write(
            f"{account.code} {day}: theirs {comparison.their_count} of {comparison.their_total},"
            f" ours {comparison.our_count} of {comparison.our_total},"
            f" {open_ones} differences to explain"
        )

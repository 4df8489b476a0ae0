"""Measure the checkout, webhooks, the checking of references, and the back office."""

from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from example_site.bench import back_office, holders, imports, references, webhooks
from example_site.bench.browser import Browser
from example_site.bench.debian import NoPrograms
from example_site.bench.journey import pay
from example_site.bench.load import CLIENTS, Rate, bare_round, journey_round, run
from example_site.bench.site import background_worker, payments_of, serving


RUNS = 3
AIM = 0.2
QUERIES_AIM = 15
WARM_UP = 8
BARE_MATCH_AIM = 0.3
LITERAL_AIM = 4
WEBHOOK_AIM = 50
SEARCH_LINES = 10_000_000


class Command(BaseCommand):
    """Print what this machine does beside what it could do at most, measured in turns.

    For the checkout: queries per step, then paid checkouts and requests a second beside a bare
    view, on the same server and database, so that their ratio holds on any machine however busy.
    For webhooks: how long a message waits for its answer while twenty a second arrive. The
    database is made for it and thrown away next time. For references: a million of them
    against one rule, beside a bare regular expression and beside a literal reading of the rule.
    For the back office: search, dashboard, account and export over a book of millions, each beside
    hand-written SQL for the same rows, on a PostgreSQL of its own that has ``pg_trgm``. For
    imports: a file from its arrival to the posted ledger, beside a raw ``COPY`` of the same lines
    and the plain way, then beside residents who pay. For holders: accounts replaced while they are
    looked up.
    """

    help = "Measure on this machine: references, checkouts, webhooks, imports, a long book."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only",
            choices=["references", "checkout", "webhooks", "search", "imports", "holders"],
            help="measure only one of them",
        )
        parser.add_argument("--seconds", type=float, default=10, help="length of each of six runs")
        parser.add_argument(
            "--rows",
            type=int,
            help="search: transactions in the book (10,000,000); imports: rows of the file"
            " (1,000,000); holders: accounts of each file (500,000)",
        )
        parser.add_argument(
            "--rules", type=int, default=imports.RULES, help="imports: rules that rows go through"
        )
        parser.add_argument(
            "--linear",
            action="store_true",
            help=f"imports: then a file of {imports.MORE} times as many rows",
        )
        parser.add_argument(
            "--times", type=int, default=20, help="search: how often each question is asked"
        )
        parser.add_argument(
            "--about", default="", help="search: only the questions with these words in their name"
        )
        parser.add_argument(
            "--keep", action="store_true", help="search: leave the book for the next run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        only: str | None = options["only"]
        if only in (None, "references"):
            self._references()
        if only in (None, "checkout", "webhooks"):
            self._site(only, seconds=options["seconds"])
        if only in (None, "imports"):
            imports.run(
                rows=options["rows"] or imports.ROWS,
                rules=options["rules"],
                linear=options["linear"],
                say=self.stdout.write,
            )
        if only in (None, "holders"):
            holders.run(accounts=options["rows"] or holders.ACCOUNTS, say=self.stdout.write)
        if only in (None, "search"):
            self._search(options)

    def _search(self, options: dict[str, Any]) -> None:
        try:
            back_office.run(
                lines=options["rows"] or SEARCH_LINES,
                times=options["times"],
                about=options["about"],
                keep=options["keep"],
                say=self.stdout.write,
            )
        except NoPrograms as error:
            raise CommandError(str(error)) from error

    def _references(self) -> None:
        rule = references.RULE
        rates = references.measure(references.make_references(references.COUNT))
        self.stdout.write(
            f"{references.COUNT:,} references against one rule: mask {rule.mask}, pattern"
            f" {rule.pattern},\nweighted check digit modulo {references.CHECK_DIGIT.modulus};"
            f" medians of {references.RUNS} runs in turns, processor time\n"
            f"  bare re.fullmatch, the pattern alone {rates['bare']:12,.0f} a second\n"
            f"  the rule                             {rates['rule']:12,.0f} a second\n"
            f"  a literal reading of the rule        {rates['literal']:12,.0f} a second\n"
            f"  ratio to bare re.fullmatch           {rates['rule'] / rates['bare']:12.2f}"
            f"   aim at least {BARE_MATCH_AIM}\n"
            f"  times the literal reading            {rates['rule'] / rates['literal']:12.1f}"
            f"   aim at least {LITERAL_AIM}\n"
        )

    def _site(self, only: str | None, *, seconds: float) -> None:
        self.stdout.write("Making a council to measure ...")
        settings = connection.settings_dict
        server = {
            name: str(settings[key])
            for name, key in (
                ("dbname", "NAME"),
                ("user", "USER"),
                ("password", "PASSWORD"),
                ("host", "HOST"),
                ("port", "PORT"),
            )
            if settings[key]
        }
        with serving(server) as address:
            if only in (None, "checkout"):
                self._queries(address)
                self._load(address, seconds=seconds)
            if only in (None, "webhooks"):
                self._webhooks(server, address, seconds=seconds)

    def _webhooks(self, server: dict[str, str], address: str, *, seconds: float) -> None:
        payments = payments_of(server, count=webhooks.RATE)
        with background_worker(server, address):
            for send in (webhooks.bare, webhooks.message):  # fills what every process keeps
                webhooks.send_steadily(address=address, send=send, payments=payments, seconds=2)
            bare, taken = (
                webhooks.send_steadily(
                    address=address, send=send, payments=payments, seconds=seconds
                )
                for send in (webhooks.bare, webhooks.message)
            )
        self.stdout.write(
            f"\nWebhooks, {webhooks.RATE} a second for {seconds:g} s, the background worker"
            " running\n"
            f"  bare view, median wait               {bare.median:8.1f} ms\n"
            f"  a message, stored and acknowledged   {taken.median:8.1f} ms"
            f"   aim under {WEBHOOK_AIM}\n"
            f"  95 % of messages within              {taken.p95:8.1f} ms\n"
            f"  refused                              {taken.refused:8d}"
        )

    def _queries(self, address: str) -> None:
        for _journey in range(WARM_UP):  # fills what every process of the site keeps in memory
            for _step in pay(Browser(address)):
                pass
        self.stdout.write("\nQueries per step")
        most = 0
        for step, page in pay(Browser(address, count_queries=True)):
            self.stdout.write(f"  {step:<22}{page.queries:>4}")
            most = max(most, page.queries)
        self.stdout.write(f"  most {most}, aim at most {QUERIES_AIM}")

    def _load(self, address: str, *, seconds: float) -> None:
        for work in (bare_round, journey_round):
            run(address=address, work=work, seconds=seconds / 4)
        bare: list[Rate] = []
        journey: list[Rate] = []
        for _run in range(RUNS):
            bare.append(run(address=address, work=bare_round, seconds=seconds))
            journey.append(run(address=address, work=journey_round, seconds=seconds))
        bare_rate = median(rate.requests_a_second for rate in bare)
        journey_rate = median(rate.requests_a_second for rate in journey)
        checkouts = median(rate.rounds_a_second for rate in journey)
        self.stdout.write(
            f"\n{CLIENTS} clients, two web workers, medians of {RUNS} runs of {seconds:g} s in"
            " turns\n"
            f"  bare view, one row and the session  {bare_rate:8.1f} requests/s\n"
            f"  the whole journey                   {journey_rate:8.1f} requests/s\n"
            f"  ratio                               {journey_rate / bare_rate:8.2f}"
            f"   aim at least {AIM}\n"
            f"  paid checkouts                      {checkouts:8.1f} a second\n"
            "The background worker, which sends receipts and webhooks, was not running."
        )

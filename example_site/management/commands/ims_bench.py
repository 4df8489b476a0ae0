"""Measure the checkout and the checking of references on this machine."""

from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from example_site.bench import references
from example_site.bench.browser import Browser
from example_site.bench.journey import pay
from example_site.bench.load import CLIENTS, Rate, bare_round, journey_round, run
from example_site.bench.site import serving


RUNS = 3
AIM = 0.2
QUERIES_AIM = 15
WARM_UP = 8
BARE_MATCH_AIM = 0.3
LITERAL_AIM = 4


class Command(BaseCommand):
    """Print what this machine does beside what it could do at most, measured in turns.

    For the checkout: queries per step, then paid checkouts and requests a second beside a bare
    view, on the same server and database, so that their ratio holds on any machine however busy.
    The database is made for it and thrown away next time. For references: a million of them
    against one rule, beside a bare regular expression and beside a literal reading of the rule.
    """

    help = "Measure on this machine: references checked a second, checkouts a second."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only", choices=["references", "checkout"], help="measure one of the two"
        )
        parser.add_argument("--seconds", type=float, default=10, help="length of each of six runs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["only"] != "checkout":
            self._references()
        if options["only"] != "references":
            self._checkout(seconds=options["seconds"])

    def _references(self) -> None:
        rule = references.RULE
        rates = references.measure(references.make_references(references.COUNT))
        self.stdout.write(
            f"{references.COUNT:,} references against one rule: mask {rule.mask}, pattern"
            f" {rule.pattern},\nweighted check digit modulo {references.CHECK_DIGIT.modulus};"
            f" medians of {references.RUNS} runs in turns\n"
            f"  bare re.fullmatch, the pattern alone {rates['bare']:12,.0f} a second\n"
            f"  the rule                             {rates['rule']:12,.0f} a second\n"
            f"  a literal reading of the rule        {rates['literal']:12,.0f} a second\n"
            f"  ratio to bare re.fullmatch           {rates['rule'] / rates['bare']:12.2f}"
            f"   aim at least {BARE_MATCH_AIM}\n"
            f"  times the literal reading            {rates['rule'] / rates['literal']:12.1f}"
            f"   aim at least {LITERAL_AIM}\n"
        )

    def _checkout(self, *, seconds: float) -> None:
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
            self._queries(address)
            self._load(address, seconds=seconds)

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

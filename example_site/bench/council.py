"""A council large enough for a book of millions: funds, methods, offices, people, accounts."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection

from ims_wagtail.access.models import GroupFund
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment, Office, VatCode

from . import words


FUNDS, OFFICES, CLERKS = 30, 8, 40
#: The funds of the reader who is measured: large and small ones, and one with next to nothing.
READERS_FUNDS = (1, 2, 4, 6, 8, 10, 12, 15, 18, 21, 25, 29)
READER = "bench-reader"
LINES_AN_ACCOUNT = 25
#: What VAT is of an amount with it: nothing, a sixth (20 %) and a twenty-first (5 %).
VAT = (("0", 0), ("0.2", 6), ("0.05", 21))
METHODS = (
    MethodKind.CARD_ONLINE,
    MethodKind.CARD_TELEPHONE,
    MethodKind.CARD_STAFF,
    MethodKind.CASH,
    MethodKind.CHEQUE,
    MethodKind.POST,
    MethodKind.EXTERNAL,
    MethodKind.JOURNAL,
)


@dataclass(frozen=True, slots=True)
class Council:
    """What the lines of a book name, by their keys; ``accounts`` counts those of each fund."""

    funds: list[int]
    shares: list[float]
    accounts: list[int]
    methods: dict[MethodKind, int]
    vat_codes: list[int]
    offices: list[int]
    clerks: list[int]


def make_council(lines: int) -> Council:
    """Make a council for a book of so many lines, and the reader who is measured."""
    call_command("ims_roles", verbosity=0)
    vat_codes = [
        VatCode.objects.get_or_create(code=f"B{number}", defaults={"name": f"VAT {rate}"})[0]
        for number, (rate, _part) in enumerate(VAT)
    ]
    funds = [
        Fund.objects.create(
            code=f"B{number:02}",
            name=f"{words.SERVICES[number % len(words.SERVICES)]} {number}".capitalize(),
            maximum_amount=Decimal(10000),
            vat_code=vat_codes[vat_of(number)],
        )
        for number in range(FUNDS)
    ]
    methods = [
        MethodOfPayment.objects.create(
            code=f"B{number}", name=str(kind.label), kind=kind, maximum_amount=Decimal(99999)
        )
        for number, kind in enumerate(METHODS)
    ]
    offices = [Office.objects.create(code=f"B{n}", name=f"Office {n}") for n in range(OFFICES)]
    users = get_user_model()._default_manager
    clerks = [users.create(username=f"bench-clerk-{n}") for n in range(CLERKS)]
    _make_reader([funds[number] for number in READERS_FUNDS])
    sizes = [1 / (number + 1) ** 1.1 for number in range(FUNDS - 1)] + [0.0005]
    shares = [size / sum(sizes) for size in sizes]
    council = Council(
        funds=[fund.pk for fund in funds],
        shares=shares,
        accounts=[max(5, int(lines * share / LINES_AN_ACCOUNT)) for share in shares],
        methods={MethodKind(method.kind): method.pk for method in methods},
        vat_codes=[code.pk for code in vat_codes],
        offices=[office.pk for office in offices],
        clerks=[clerk.pk for clerk in clerks],
    )
    _make_account_holders(council)
    return council


def vat_of(fund: int) -> int:
    """Return which of the VAT codes a fund has; most have none."""
    return 0 if fund % 5 else 1 + fund // 5 % 2


def account_of(fund: int, number: int) -> str:
    """Return the reference of an account."""
    return f"{fund:02}{number:07}"


def _make_reader(funds: list[Fund]) -> None:
    reader = get_user_model()._default_manager.create(username=READER)
    group = Group.objects.create(name=READER)
    group.permissions.set(Permission.objects.filter(group__name="Finance officer"))
    GroupFund.objects.bulk_create(GroupFund(group=group, fund=fund) for fund in funds)
    reader.groups.add(group)


def _make_account_holders(council: Council) -> None:
    chance = random.Random(2)  # noqa: S311 (nothing secret)
    at = datetime.now(UTC) - timedelta(days=1)
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY ims_accounts_accountholder (fund_id, reference, title, forename, surname,"
            " address_line_1, address_line_2, address_line_3, address_line_4, postcode, balance,"
            " balance_at, updated_at) FROM STDIN"
        ) as copy:
            for number, fund in enumerate(council.funds):
                for account in range(council.accounts[number]):
                    person = words.pick_person(chance)
                    name = ("", *person.name.split())
                    address = (person.address, "", "", "", person.postcode)
                    copy.write_row(
                        (fund, account_of(number, account), *name, *address, account % 900, at, at)
                    )

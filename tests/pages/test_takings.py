"""What pages took stands in Wagtail's lists, for those who may see it."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import MerchantAccount, Order, OrderLine
from tests.factories import make_fund, make_payment_type
from tests.pages.making import make_editor, make_index, make_page, parsed, signed_in
from tests.staff.people import make_group


VIEW = "ims_payments.view_order"


@pytest.fixture
def index(home):
    return make_index(home)


@pytest.fixture
def page(index, council_tax):
    return make_page(index, payment_type=council_tax)


def person(home, *, sees=None, name="erin"):
    """An editor, who sees the payments of a fund besides."""
    name = name if sees is None else f"{name}-sees-{sees.pk}"
    user = make_editor(fund=None, on=home, name=name)
    if sees is not None:
        user.groups.add(make_group(VIEW, funds=(sees,)))
    return signed_in(user)


def taken_to_payment(page, amount="12.50", *, paid_days_ago=None, basket_line=None):
    """What somebody took to payment on a page, and paid so long ago if they did."""
    at = timezone.now() - timedelta(days=paid_days_ago or 0)
    order = Order.objects.create(
        total=Decimal(amount),
        language="en-gb",
        basket_token=uuid4(),
        account=MerchantAccount.objects.first(),
        created_at=at,
    )
    line = order.lines.create(
        number=1,
        basket_line=basket_line or uuid4(),
        payment_type=page.payment_type,
        fund=page.payment_type.fund,
        account_reference="301122331",
        description="Council tax",
        amount=Decimal(amount),
        vat_code=page.payment_type.fund.vat_code,
        vat_rate=0,
        vat_amount=0,
        page_id=page.pk,
    )
    if paid_days_ago is not None:
        Order.objects.filter(pk=order.pk).update(state=OrderState.PAID, paid_at=at)
    return line


def row(client, index, title="Pay your council tax"):
    """What the list says of a page, by the headings of its columns."""
    shown = parsed(client.get(reverse("wagtailadmin_explore", args=[index.pk])))
    table = shown.select_one("table.listing")
    headings = [th.get_text(" ", strip=True) for th in table.thead.select("th")]
    for line in table.tbody.select("tr"):
        cells = [" ".join(td.get_text(" ").split()) for td in line.select("td")]
        if any(title in cell for cell in cells):
            return dict(zip(headings, cells, strict=False))
    raise AssertionError(f"{title} is not listed")


def test_takings_share_and_last_payment_stand_beside_the_page(home, index, page):
    taken_to_payment(page, "100.00", paid_days_ago=60)
    taken_to_payment(page, "12.50", paid_days_ago=2)
    taken_to_payment(page, "7.50", paid_days_ago=1)
    taken_to_payment(page)
    # Ordered twice, as people do who go back and change something, and paid once.
    twice = taken_to_payment(page, "4.00")
    taken_to_payment(page, "5.00", paid_days_ago=0, basket_line=twice.basket_line)

    shown = row(person(home, sees=page.payment_type.fund), index)

    assert shown["Taken in 30 days"] == "£25.00"
    assert shown["Share paid"] == "75%"
    assert shown["Last payment"]


def test_an_old_payment_is_still_the_last_one(home, index, page):
    taken_to_payment(page, "100.00", paid_days_ago=60)

    shown = row(person(home, sees=page.payment_type.fund), index)

    assert (shown["Taken in 30 days"], shown["Share paid"]) == ("£0.00", "")
    assert shown["Last payment"]


def test_who_may_not_see_payments_sees_nothing_of_it(home, index, page):
    taken_to_payment(page, paid_days_ago=1)

    assert "Taken in 30 days" not in row(person(home), index)
    assert row(person(home, sees=make_fund("99")), index)["Taken in 30 days"] == ""


def test_it_stands_under_every_page_that_has_payment_pages_below(home, council_tax):
    plain = home.add_child(instance=Page(title="About bins", slug="bins"))
    for parent in (home, plain):
        page = make_page(parent, payment_type=council_tax)
        taken_to_payment(page, paid_days_ago=1)

        shown = row(person(home, sees=council_tax.fund, name=parent.slug), parent)

        assert (shown["Taken in 30 days"], shown["Share paid"]) == ("£12.50", "100%")


def test_a_page_without_payment_pages_below_has_no_such_columns_and_asks_nothing(home, page):
    taken_to_payment(page, paid_days_ago=1)
    client = person(home, sees=page.payment_type.fund)

    with CaptureQueriesContext(connection) as queries:
        shown = row(client, home, "Pay for it")

    assert not {"Taken in 30 days", "Share paid", "Last payment"} & set(shown)
    assert [query["sql"] for query in queries if OrderLine._meta.db_table in query["sql"]] == []


def test_pages_found_from_another_page_say_it_too(home, page):
    taken_to_payment(page, paid_days_ago=1)
    address = reverse("wagtailadmin_explore", args=[home.pk])

    shown = parsed(
        person(home, sees=page.payment_type.fund).get(f"{address}?has_child_pages=false")
    )

    assert "£12.50" in shown.select_one("table.listing").get_text()


def test_pages_of_other_types_stay_in_the_list(home, index, page):
    make_index(index, title="Fines", slug="fines")

    assert row(person(home, sees=page.payment_type.fund), index, "Fines")["Last payment"] == ""


def test_the_list_of_all_payment_pages_says_it_as_well(home, page):
    taken_to_payment(page, paid_days_ago=1)
    address = reverse("wagtailadmin_pages:type_use", args=["ims_pages", "paymentpage"])

    shown = parsed(person(home, sees=page.payment_type.fund).get(address))

    assert "£12.50" in shown.select_one("table.listing").get_text()


@pytest.mark.parametrize("under", [make_index, lambda home: home])
def test_many_pages_cost_no_more_queries_than_one(home, council_tax, under):
    index = under(home)
    page = make_page(index, payment_type=council_tax)
    client = person(home, sees=page.payment_type.fund)
    bins = make_payment_type("bins", fund=make_fund("30"))

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert row(client, index)["Taken in 30 days"]
        return len(queries)

    taken_to_payment(page, paid_days_ago=1)
    count()
    before = count()
    for number in range(10):
        kind = bins if number % 2 else page.payment_type
        more = make_page(index, title=f"Page {number}", slug=f"page-{number}", payment_type=kind)
        taken_to_payment(more, str(Decimal(number + 1)), paid_days_ago=number)

    assert count() <= before

"""How many queries a payment page costs, whatever lies behind it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from example_site.models import StandardPage
from ims_wagtail.funds.models import PaymentType
from tests.factories import make_account_holder
from tests.pages.making import make_index, make_page, question


BUDGET = 15
#: What a payment page may cost beside a page of plain words of the same site.
MORE = 10
#: Eight of them are Wagtail's, to find the page and who may see it.
ADDING_BUDGET = 17


@pytest.fixture
def page(home, council_tax):
    """A page with questions, under a list of pages."""
    asked = [question("short_text", "Garden"), question("yes_no", "Gate?")]
    return make_page(make_index(home), payment_type=council_tax, questions=asked)


def _count(client, address: str) -> int:
    client.get(address)  # fills what lasts longer than one request
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def _grow(parent, payment_type, *, by: int) -> None:
    PaymentType.objects.bulk_create(
        PaymentType(slug=f"type-{n}", name=f"Type {n}", fund=payment_type.fund) for n in range(by)
    )
    for number in range(by):
        make_page(parent, title=f"Page {number}", slug=f"page-{number}", payment_type=payment_type)
        make_account_holder(fund=payment_type.fund, reference=f"{number:09d}")


@pytest.mark.parametrize("address", ["/pay-for-it/council-tax/", "/pay-for-it/", "/"])
def test_queries_stay_within_budget_and_do_not_grow(client, page, council_tax, address):
    few = _count(client, address)

    _grow(page.get_parent(), council_tax, by=50)

    assert few <= BUDGET
    assert _count(client, address) == few


def test_a_payment_page_costs_ten_queries_more_than_a_plain_one_at_most(client, home, page):
    plain_page = StandardPage(title="Contact us", slug="contact", body="<p>Ring us.</p>")
    home.add_child(instance=plain_page)

    plain = _count(client, "/contact/")

    assert _count(client, "/pay-for-it/council-tax/") <= plain + MORE


def test_putting_a_payment_in_the_basket_stays_within_budget(client, page):
    filled_in = {"amount": "45.50", "question-id-Garden": "Front", "question-id-Gate?": "yes"}
    client.post("/pay-for-it/council-tax/", filled_in | {"reference": "301122331"})

    with CaptureQueriesContext(connection) as queries:
        sent = client.post("/pay-for-it/council-tax/", filled_in | {"reference": "123456780"})

    assert sent.status_code == 303
    # Savepoints stand for what is BEGIN and COMMIT outside a test.
    real = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(real) <= ADDING_BUDGET, real

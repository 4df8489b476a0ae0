"""A front end of its own reads what can be paid from Wagtail's API; nobody reads private pages."""

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from ims_wagtail.checkout.models import Basket
from ims_wagtail.payments.models import MerchantAccount
from tests.factories import make_payment_type, make_price
from tests.pages.making import make_index, make_page, make_welsh, question, words


pytestmark = pytest.mark.urls("tests.pages.api_urls")


@pytest.fixture
def page(home, council_tax):
    asked = [question("choice", "Which year?", choices=["This", "Last"])]
    return make_page(make_index(home), payment_type=council_tax, questions=asked)


def detail(client, page):
    return client.get(f"/api/v2/pages/{page.pk}/").json()


def test_a_front_end_is_told_what_can_be_paid_and_where(client, page):
    told = detail(client, page)["payable"]

    assert told["open"] is True
    assert told["payment_type"] == "council-tax"
    assert told["pay_url"].endswith("/pay-for-it/council-tax/")
    assert told["reference"] == {"asked": True, "label": "Account number", "hint": "Nine digits"}
    assert told["amount"] == {"comes_from": "payer", "price": None}
    (asked,) = told["questions"]
    assert (asked["label"], asked["choices"]) == ("Which year?", ["This", "Last"])


def test_a_front_end_is_told_when_in_which_step_and_how_a_question_is_asked(
    client, home, council_tax
):
    page = make_page(
        make_index(home),
        payment_type=council_tax,
        questions=[
            question("yes_no", "Is it new?", id="new"),
            {"type": "step", "value": {"heading": "Your bin"}, "id": "s1"},
            question("number", "How many?", id="many", least=1, most=4),
            question(
                "file",
                "Photo",
                types=["pdf"],
                megabytes=3,
                only_when={"question": "Is it new?", "answers": "No"},
            ),
        ],
    )

    new, many, photo = detail(client, page)["payable"]["questions"]

    assert (new["step"], new["only_when"]) == ("", None)
    assert (many["step"], many["least"], many["most"]) == ("Your bin", 1, 4)
    assert photo["only_when"] == {"key": "new", "answers": ["no"]}
    assert (photo["types"], photo["megabytes"]) == (["pdf"], 3)


def test_a_front_end_reads_a_page_in_the_language_of_the_page(client, page, council_tax):
    council_tax.name_cy = "Treth gyngor"
    council_tax.save()
    welsh = make_welsh(page, titles={"pay-for-it": "Talu", "council-tax": "Treth gyngor"})
    page.paused = True
    page.save_revision().publish()
    welsh.refresh_from_db()

    assert detail(client, welsh)["payable"]["service"] == "Treth gyngor"
    assert "Treth" not in detail(client, page)["payable"]["service"]
    # Whatever the front end says of its own language.
    english = client.get(f"/api/v2/pages/{page.pk}/", HTTP_ACCEPT_LANGUAGE="cy").json()["payable"]
    assert english["closed_because"] == "Payments are paused at the moment."
    assert (
        detail(client, welsh)["payable"]["closed_because"]
        == "Mae taliadau wedi’u hoedi ar hyn o bryd."
    )


def test_a_set_price_is_told_in_pounds(client, home, council_tax):
    bins = make_payment_type(
        "bins",
        fund=council_tax.fund,
        reference_source="fixed",
        fixed_reference="BIN",
        amount_source="fixed",
        price=make_price("45.00"),
    )
    page = make_page(home, title="Bins", slug="bins", payment_type=bins)

    told = detail(client, page)["payable"]

    assert told["amount"] == {"comes_from": "fixed", "price": "45.00"}
    assert told["reference"]["asked"] is False


def test_a_paused_page_says_so(client, page):
    page.paused = True
    page.save()

    told = detail(client, page)["payable"]

    assert told["open"] is False
    assert told["closed_because"] == "Payments are paused at the moment."


def test_a_front_end_is_told_when_no_account_takes_it(client, page):
    MerchantAccount.objects.update(unavailable_since=timezone.now())

    told = detail(client, page)["payable"]

    assert told["open"] is False
    assert told["closed_because"] == "This can’t be paid online at the moment."


def test_a_private_page_is_neither_listed_nor_read_nor_paid_on_by_others(client, page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    address = page.get_url()
    filled_in = {"reference": "301122331", "amount": "45.50", "question-id-Which y": "This"}

    assert client.get(address).status_code == 302
    assert client.post(address, filled_in).status_code == 302
    assert not Basket.objects.exists()
    assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 404
    assert page.title not in words(client.get("/pay-for-it/"))

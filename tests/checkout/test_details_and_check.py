"""Who pays, and checking everything before it is paid."""

import pytest

from ims_wagtail.checkout.models import Basket
from tests.checkout.resident import Resident


GOOD, OTHER = "301122331", "123456780"
ADDRESS = {
    "name": "Ada Brook",
    "address_line_1": "1 High Street",
    "town": "Anyborough",
    "postcode": "an1 2bc",
}


def test_only_email_and_telephone_are_asked_and_both_may_be_left_out(resident):
    resident.add(reference=GOOD, amount="10")
    page = resident.visit("/pay/details/")

    assert page.field("email")["autocomplete"] == "email"
    assert page.field("phone")["autocomplete"] == "tel"
    assert not page.has_field("name")
    assert "optional" in page.soup.find("label", attrs={"for": "id_email"}).text
    assert resident.fill_in(page).title == "Check your answers before you pay"


def test_an_address_is_asked_where_a_payment_needs_it(resident):
    resident.add("garden-bin")
    page = resident.visit("/pay/details/")

    assert page.field("postcode")["autocomplete"] == "postal-code"
    assert page.field("address_line_1")["autocomplete"] == "address-line1"
    check = resident.fill_in(page, **ADDRESS)

    assert ("Full name", "Ada Brook") in check.rows()
    assert ("Address", "1 High Street, Anyborough, AN1 2BC") in check.rows()


def test_nothing_said_names_every_field_that_is_missing(resident):
    resident.add("garden-bin")

    page = resident.fill_in(resident.visit("/pay/details/"))

    assert page.errors == [
        "Enter full name",
        "Enter address line 1",
        "Enter town or city",
        "Enter your postcode, like AN1 2BC",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "ada@", "like name@example.com"),
        ("phone", "call me", "like 01632 960 001"),
        ("postcode", "here", "like AN1 2BC"),
        ("name", "4242424242424242", "card number"),
        ("name", "A" * 101, "100 characters or fewer"),
        ("town", "Any\tborough", "on one line"),
    ],
)
def test_each_wrong_detail_says_what_right_looks_like(resident, field, typed, said):
    resident.add("garden-bin")

    page = resident.fill_in(resident.visit("/pay/details/"), **{**ADDRESS, field: typed})

    assert len(page.errors) == 1
    assert said in page.errors[0]
    assert page.field(field)["value"] == typed


def test_a_postcode_from_abroad_stays_as_it_is(resident):
    resident.add("garden-bin")

    page = resident.go_to_check(**{**ADDRESS, "postcode": "d02 af30"})

    assert ("Address", "1 High Street, Anyborough, D02 AF30") in page.rows()


def test_html_and_formulas_in_a_name_are_only_words(resident):
    resident.add("garden-bin")
    name = '=HYPERLINK("x")<script>alert(1)</script>'

    page = resident.go_to_check(**{**ADDRESS, "name": name})

    assert ("Full name", name) in page.rows()
    assert page.soup.main.find("script") is None


def test_an_address_no_longer_needed_is_forgotten(resident):
    basket = resident.add("garden-bin")
    resident.go_to_check(**ADDRESS)
    resident.fill_in(basket, button="Remove")
    resident.add(reference=GOOD, amount="10")

    resident.go_to_check()

    assert Basket.objects.get().name == ""


def test_everything_is_there_to_be_checked_with_a_way_to_change_it(resident):
    resident.add(reference=GOOD, amount="10")
    page = resident.go_to_check(email="ada@example.com")

    assert page.rows() == [
        ("Account number", GOOD),
        ("Amount", "£10.00"),
        ("Email address", "ada@example.com"),
        ("Telephone number", "Not given"),
    ]
    assert "Total to pay: £10.00" in page.text
    links = [" ".join(a.get_text().split()) for a in page.soup.main.find_all("a")]
    assert links == [
        f"Change {GOOD} (Council tax)",
        "Change email address",
        "Change telephone number",
    ]
    for link in page.soup.main.find_all("a"):
        assert resident.visit(link["href"]).status == 200


def test_a_change_made_while_checking_comes_back_to_checking(resident):
    resident.add(reference=GOOD, amount="10")
    page = resident.visit(resident.go_to_check().link(f"Change {GOOD}"))

    assert page.link("Back") == "/pay/check/"
    again = resident.fill_in(page, amount="12")

    assert again.title == "Check your answers before you pay"
    assert again.notices == ["Your basket has been changed."]
    assert ("Amount", "£12.00") in again.rows()


def test_details_come_before_checking(resident):
    resident.add(reference=GOOD, amount="10")

    assert resident.visit("/pay/check/").title == "Your details"


def test_details_are_asked_again_when_a_payment_needs_an_address_after_all(resident):
    resident.add(reference=GOOD, amount="10")
    resident.go_to_check(email="ada@example.com")
    resident.add("garden-bin")

    page = resident.visit("/pay/check/")

    assert page.title == "Your details"
    assert page.field("email")["value"] == "ada@example.com"


def test_details_are_never_shown_to_another_browser(resident):
    resident.add(reference=GOOD, amount="10")
    resident.go_to_check(email="ada@example.com")
    stranger = Resident()
    stranger.add(reference=OTHER, amount="10")

    assert stranger.visit("/pay/details/").field("email").get("value", "") == ""

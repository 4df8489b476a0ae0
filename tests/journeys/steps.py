"""Steps that most journeys begin with."""

from .cards import SUCCESS
from .person import Person
from .town import COUNCIL_TAX, ROOM_HIRE


REFERENCE = "301122331"
EMAIL = "ada@example.org"


def add_council_tax(person: Person, amount: str = "120.50", reference: str = REFERENCE) -> None:
    """Put council tax into the basket."""
    person.open(COUNCIL_TAX)
    person.sees("Pay your council tax")
    person.type("Account number", reference)
    person.type("Amount", amount)
    person.press("Continue")


def add_room_hire(person: Person, amount: str = "60") -> None:
    """Put a room into the basket, with an answer to every question that must be answered."""
    person.open(ROOM_HIRE)
    person.sees("Pay for a room")
    person.type("Booking number", "RH-1234")
    person.type("Amount", amount)
    person.type("Name of your group", "Anyborough Choir")
    person.choose("Kitchen")
    person.choose("No")
    person.type("Day", "27")
    person.type("Month", "3")
    person.type("Year", "2027")
    person.press("Continue")


def go_to_check(person: Person, email: str = EMAIL) -> None:
    """From the basket to the page to check everything on."""
    person.sees("Your basket")
    person.press("Continue to pay")
    person.sees("Your details")
    if email:
        person.type("Email address (optional)", email)
    person.press("Continue")
    person.sees("Check your answers before you pay")


def give_address(person: Person) -> None:
    """Fill in who pays, where a service needs to know."""
    person.type("Full name", "Ada Brook")
    person.type("Address line 1", "1 High Street")
    person.type("Town or city", "Anyborough")
    person.type("Postcode", "an12bc")


def go_to_provider(person: Person, amount: str = "120.50") -> None:
    """From nothing to the provider's page, to pay council tax."""
    add_council_tax(person, amount)
    go_to_check(person)
    person.press("Continue to payment")
    person.sees("Enter a test card")


def use_card(person: Person, number: str = SUCCESS) -> None:
    """Pay on the provider's page."""
    person.sees("Enter a test card")
    person.type("Card number", number)
    person.press(person.page.locator("button[value=pay]").inner_text())

"""Amounts as they stand in the database of a page, and the payment types that allow them."""

from typing import Any

from ims_wagtail.funds.enums import AmountSource, Challenge, ReferenceSource
from ims_wagtail.funds.models import PaymentType, Price
from tests.factories import make_fund, make_payment_type, make_price
from tests.pages.making import question


CONCESSION = question("yes_no", "Do you get a concession?", id="c1")
HOW_MANY = question("number", "How many bins?", id="n1", least=1, most=4)


def make_garden_waste(**values: Any) -> PaymentType:
    """Garden waste, everybody's one account, priced £46.00 and £30.00, £36.00 and £31.50."""
    payment_type = make_payment_type(
        "garden-waste",
        name="Garden waste",
        fund=make_fund("GW"),
        reference_source=ReferenceSource.FIXED,
        fixed_reference="GARDEN",
        amount_source=AmountSource.PRICES,
        **values,
    )
    for code, amount in (
        ("FIRST", "46.00"),
        ("FURTHER", "30.00"),
        ("LOW-FIRST", "36.00"),
        ("LOW-FURTHER", "31.50"),
    ):
        payment_type.prices.add(make_price(amount, code=code))
    return payment_type


def make_owed(**values: Any) -> PaymentType:
    """Council tax of which the account owes the amount; the postcode is asked, part may be paid."""
    return make_payment_type(
        name="Council tax",
        amount_source=AmountSource.BALANCE,
        **{"challenge": Challenge.POSTCODE, "part_payment": True} | values,
    )


def price(code: str) -> int:
    """The primary key of a price, as pages keep it."""
    return Price.objects.get(code=code).pk


def price_list(*lines: dict[str, Any], only_one: bool = False) -> list[dict[str, Any]]:
    """A price list; ``lines`` are its values."""
    value = {
        "only_one": only_one,
        "lines": [
            {"type": "item", "id": f"i{number}", "value": line}
            for number, line in enumerate(lines, start=1)
        ],
    }
    return [{"type": "price_list", "id": "a1", "value": value}]


def line(label: str, code: str, further: str = "", most: int = 1) -> dict[str, Any]:
    """One line of a price list."""
    return {
        "label": label,
        "hint": "",
        "price": price(code),
        "further": price(further) if further else None,
        "most": most,
    }


def bins() -> list[dict[str, Any]]:
    """Up to four bins, the first at £46.00, each further one at £30.00."""
    return price_list(line("Garden bins", "FIRST", "FURTHER", most=4))


def rules(amount: str = "67.50", answer: str = "Yes") -> list[dict[str, Any]]:
    """Bins cost less with a concession; one example says what two of them come to."""

    def items(values: list[Any]) -> list[dict[str, Any]]:
        return [{"type": "item", "id": None, "value": value} for value in values]

    concession = {"question": CONCESSION["value"]["label"], "answer": answer}
    value = {
        "times": "how many bins?",
        "rules": items(
            [
                {
                    "tests": items([{**concession, "least": None, "most": None}]),
                    "price": price("LOW-FIRST"),
                    "further": price("LOW-FURTHER"),
                },
                {"tests": [], "price": price("FIRST"), "further": price("FURTHER")},
            ]
        ),
        "examples": items(
            [
                {
                    "name": "2 bins, concession",
                    "answers": items(
                        [
                            {"question": "How many bins?", "answer": "2"},
                            {"question": "Do you get a concession?", "answer": "Yes"},
                        ]
                    ),
                    "amount": amount,
                }
            ]
        ),
    }
    return [{"type": "rules", "id": "a1", "value": value}]


def suggestions(*amounts: str) -> list[dict[str, Any]]:
    """Suggested amounts."""
    listed = [{"type": "item", "id": None, "value": amount} for amount in amounts]
    return [{"type": "suggestions", "id": "a1", "value": {"amounts": listed}}]

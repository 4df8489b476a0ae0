"""Names and addresses on one line."""

import pytest

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.accounts.selectors import address, full_name
from tests.casebook import cases


@pytest.mark.parametrize(("case", "correction"), cases("account_holder.address"))
def test_an_address_is_its_parts_without_gaps(case, correction):
    parts = {name.replace("line", "line_"): value or "" for name, value in case["input"].items()}

    assert address(AccountHolder(**parts)) == case["expected"]


@pytest.mark.parametrize(
    ("title", "forename", "surname", "name"),
    [
        ("Mrs", "Ada", "Brook", "Mrs Ada Brook"),
        ("", " Ada ", "Brook", "Ada Brook"),
        ("Mr", "", "Brook", "Mr Brook"),
        ("", "", "", ""),
    ],
)
def test_a_name_is_its_parts_without_gaps(title, forename, surname, name):
    assert full_name(AccountHolder(title=title, forename=forename, surname=surname)) == name

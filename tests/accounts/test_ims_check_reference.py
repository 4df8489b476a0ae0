"""``manage.py ims_check_reference``: a valid reference in its normal form, or the reason."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_account_holder, make_payment_type


pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("ims_check_reference", *arguments, stdout=output)
    return output.getvalue()


def test_a_valid_reference_is_printed_as_it_is_stored():
    make_payment_type()

    assert run("council-tax", " 301 122 331") == "301122331\n"


def test_a_wrong_reference_ends_with_status_1_and_the_reason():
    make_payment_type()

    with pytest.raises(CommandError, match="Check your account number") as refused:
        run("council-tax", "301122332")
    assert refused.value.returncode == 1


def test_an_account_that_must_exist_is_looked_for():
    payment_type = make_payment_type()
    payment_type.fund.account_must_exist = True
    payment_type.fund.save()

    with pytest.raises(CommandError, match="has no account"):
        run("council-tax", "301122331")
    make_account_holder(fund=payment_type.fund)
    assert run("council-tax", "301122331") == "301122331\n"


def test_an_unknown_payment_type_names_those_there_are():
    make_payment_type()

    with pytest.raises(CommandError, match="There are: council-tax"):
        run("coucil-tax", "301122331")


def test_each_step_is_told_when_asked():
    make_payment_type()

    lines = run("council-tax", "301122331", "--explain").splitlines()

    assert lines[0] == "right  Read as: 301122331"
    assert "right  Check character: expected 1, found 1" in lines
    assert lines[-1] == "301122331"

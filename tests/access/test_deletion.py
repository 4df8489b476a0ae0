"""Removing what nothing names."""

import pytest

from ims_wagtail.access.deletion import DeletionRefused, delete_unused
from ims_wagtail.access.usage import protecting_relations
from ims_wagtail.funds.models import Fund, VatCode
from tests.factories import make_fund, make_method, make_stop_message, make_vat_code
from tests.staff.council import make_payment


pytestmark = pytest.mark.django_db


def test_what_nothing_names_goes():
    delete_unused(make_fund("77"))

    assert not Fund.objects.exists()


def test_the_refusal_says_what_stands_in_the_way():
    fund = make_fund("77")
    make_stop_message(fund=fund)

    with pytest.raises(DeletionRefused, match="77 Fund 77.*stop messages name it"):
        delete_unused(fund)

    assert Fund.objects.exists()


def test_a_code_that_only_old_ledger_lines_name_stays():
    fund, then = make_fund("77"), make_vat_code("T1")
    Fund.objects.update(vat_code=then)
    fund.refresh_from_db()
    make_payment(fund, make_method(), source="old")
    Fund.objects.update(vat_code=make_vat_code("T2"))

    with pytest.raises(DeletionRefused, match="transactions name it"):
        delete_unused(then)

    assert VatCode.objects.filter(pk=then.pk).exists()


def test_a_fund_with_a_large_ledger_is_refused_without_loading_it(django_assert_max_num_queries):
    fund, method = make_fund("77"), make_method()
    for n in range(30):
        make_payment(fund, method, source=f"s{n}")

    # One for each kind of row that could name it, none for each row that does.
    kinds = len(list(protecting_relations(fund)))
    with django_assert_max_num_queries(kinds), pytest.raises(DeletionRefused):
        delete_unused(fund)

"""Who looked at personal data is written down, without the data and without standing in the way."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.forms import model_to_dict
from django.utils import timezone

from ims_wagtail.access.models import ReadEntry

from .people import ALL_FUNDS, every_income_permission, logged_in, make_person
from .screens import column


pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(council):
    return logged_in(make_person(*every_income_permission(), funds=(ALL_FUNDS,), name="rita"))


def looks() -> list[tuple[str, str, str]]:
    mine = ReadEntry.objects.filter(user_name="rita").order_by("pk")
    return [(look.what, look.object_type, look.object_id) for look in mine]


def test_every_page_about_a_person_leaves_one_look_an_hour(council, reader):
    alpha = council.alpha
    pages = {
        f"/admin/income/account-holders/inspect/{alpha.account_holder.pk}/": alpha.account_holder,
        f"/admin/income/postings/inspect/{alpha.posting.pk}/": alpha.posting,
        f"/admin/income/orders/inspect/{alpha.order.pk}/": alpha.order,
        f"/admin/income/refunds/inspect/{alpha.refund.pk}/": alpha.refund,
        f"/admin/income/refund-files/inspect/{alpha.refund_file.pk}/": alpha.refund_file,
    }
    start = timezone.now().replace(minute=5)
    with time_machine.travel(start, tick=False):
        for url in [*pages, *pages]:
            assert reader.get(url).status_code == 200
    assert looks() == [("page", obj._meta.label, str(obj.pk)) for obj in pages.values()]

    with time_machine.travel(start + timedelta(hours=1), tick=False):
        reader.get(next(iter(pages)))
    assert len(looks()) == len(pages) + 1


def test_a_search_is_noted_without_what_was_typed(council, reader):
    reader.get("/admin/income/transactions/?q=alpha+payer")
    reader.get("/admin/income/account-holders/?q=surname")
    reader.get("/admin/income/orders/?email=alpha@example.org")
    reader.get("/admin/income/transactions/")

    assert looks() == [
        ("search", "ims_ledger.Transaction", ""),
        ("search", "ims_accounts.AccountHolder", ""),
        ("search", "ims_payments.Order", ""),
    ]
    kept = str([model_to_dict(look) for look in ReadEntry.objects.filter(user_name="rita")])
    assert "alpha" not in kept
    assert "surname" not in kept


def test_pages_that_are_refused_leave_no_look(council):
    clerk = logged_in(
        make_person("ims_accounts.view_accountholder", funds=(council.alpha.fund,), name="rita")
    )

    clerk.get(f"/admin/income/account-holders/inspect/{council.bravo.account_holder.pk}/")

    assert looks() == []


def test_a_note_that_can_not_be_written_stands_in_nobodys_way(council, reader, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", refuse)
    url = f"/admin/income/account-holders/inspect/{council.alpha.account_holder.pk}/"

    assert reader.get(url).status_code == 200
    assert "was not noted" in caplog.text


def test_the_list_shows_looks_in_ones_own_funds(council, reader):
    url = f"/admin/income/account-holders/inspect/{council.alpha.account_holder.pk}/"
    reader.get(url)
    reader.get(f"/admin/income/orders/inspect/{council.alpha.order.pk}/")
    auditor = make_person("ims_access.view_readentry", funds=(council.alpha.fund,))

    mine = logged_in(auditor).get("/admin/income/looks/?user_name=rita")
    every = reader.get("/admin/income/looks/?user_name=rita")

    assert column(mine, "Of what") == ["Account holder"]
    assert column(every, "Of what") == ["Payment", "Account holder"]


def test_looks_can_be_neither_changed_nor_removed(council):
    for spoil in (ReadEntry.objects.all().delete, lambda: ReadEntry.objects.update(user_name="x")):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            spoil()

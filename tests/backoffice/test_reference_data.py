"""VAT codes, methods of payment and offices, through wagtail-modeladmin made safe."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.urls import get_resolver

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.backoffice.reference_data import MethodOfPaymentAdmin, VatCodeAdmin
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Office, VatCode
from tests.factories import make_fund, make_method, make_office, make_vat_code
from tests.staff.people import logged_in, make_person
from tests.staff.screens import column, table


pytestmark = pytest.mark.django_db

VAT = tuple(f"ims_funds.{verb}_vatcode" for verb in ("view", "add", "change", "delete"))
OFFICES = tuple(f"ims_funds.{verb}_office" for verb in ("view", "add", "change", "delete"))


@pytest.fixture
def manager():
    return logged_in(make_person(*VAT, *OFFICES, "ims_funds.view_methodofpayment", name="maria"))


def rates(*pairs, **changes):
    """A VAT code's form as a browser sends it, with rates of (day, rate)."""
    typed = {"code": "S2", "name": "Standard", "enabled": "on"}
    typed |= {"rates-TOTAL_FORMS": len(pairs), "rates-INITIAL_FORMS": 0}
    for number, (starts, rate) in enumerate(pairs):
        typed |= {f"rates-{number}-starts": starts, f"rates-{number}-rate": rate}
    return typed | changes


def test_a_vat_code_is_made_with_its_rates_and_audited(manager):
    manager.post(
        "/admin/income/vat-codes/create/", rates(("2011-01-04", "0.2"), ("2030-01-01", "0.21"))
    )

    code = VatCode.objects.get(code="S2")
    assert list(code.rates.order_by("starts").values_list("starts", "rate")) == [
        (date(2011, 1, 4), Decimal("0.2000")),
        (date(2030, 1, 1), Decimal("0.2100")),
    ]
    entry = AuditEntry.objects.get()
    assert (entry.user_name, entry.action) == ("maria", "create")
    assert entry.after["rates"] == ["0.2000 from 2011-01-04", "0.2100 from 2030-01-01"]


def test_a_new_rate_is_added_and_the_log_says_which(manager):
    code = make_vat_code("S2", rate="0.2", name="Standard")
    rate = code.rates.get()
    typed = rates(("2000-01-01", "0.2"), ("2030-01-01", "0.25")) | {
        "rates-INITIAL_FORMS": 1,
        "rates-0-id": rate.pk,
        "rates-0-vat_code": code.pk,
    }

    manager.post(f"/admin/income/vat-codes/edit/{code.pk}/", typed)

    entry = AuditEntry.objects.get()
    assert entry.before["rates"] == ["0.2000 from 2000-01-01"]
    assert entry.after["rates"] == ["0.2000 from 2000-01-01", "0.2500 from 2030-01-01"]


@pytest.mark.parametrize(
    "pairs", [[], [("", "")], [("2011-01-04", "20")], [("2011-01-04", "")], [("soon", "0.2")]]
)
def test_a_vat_code_without_a_proper_rate_is_refused_and_nothing_is_kept(manager, pairs):
    response = manager.post("/admin/income/vat-codes/create/", rates(*pairs))

    assert response.status_code == 200
    assert not VatCode.objects.filter(code="S2").exists()
    assert not AuditEntry.objects.exists()


def test_the_list_shows_the_rate_in_force_today(manager):
    code = make_vat_code("S2", rate="0.2")
    code.rates.create(starts=date(2999, 1, 1), rate=Decimal("0.5"))

    assert column(manager.get("/admin/income/vat-codes/"), "Rate today") == ["20.00 %"]


def test_a_code_in_use_is_kept_and_an_unused_one_goes(manager):
    used, unused = make_vat_code("U1"), make_vat_code("U2")
    make_fund(vat_code=used)

    for code in (used, unused):
        page = manager.post(f"/admin/income/vat-codes/delete/{code.pk}/", follow=True)
        assert page.status_code == 200

    assert list(VatCode.objects.values_list("code", flat=True)) == ["U1"]
    assert [entry.action for entry in AuditEntry.objects.all()] == ["delete"]


def test_an_office_is_changed_with_before_and_after(manager):
    office = make_office()

    manager.post(
        f"/admin/income/offices/edit/{office.pk}/",
        {"code": "CS", "name": "Front desk", "enabled": "on"},
    )

    assert Office.objects.get().name == "Front desk"
    entry = AuditEntry.objects.get()
    assert (entry.before["name"], entry.after["name"]) == ("Customer services", "Front desk")


# What modeladmin lets through as it comes.


def test_the_address_of_a_list_is_no_oracle_over_other_tables(manager):
    """As it comes, ``?fund__payment_types__name__startswith=…`` answers yes or no."""
    code = make_vat_code("S2")
    make_fund(vat_code=code, name="Secret")

    for query in ("fund__name__startswith=Nothing", "rates__rate__gt=0.9", "code__startswith=Z"):
        page = manager.get(f"/admin/income/vat-codes/?{query}")
        assert column(page, "Name") == ["VAT S2"], query


@pytest.mark.parametrize("query", ["enabled__exact=maybe", "nonsense=1", "id__gte=x", "o=99.-x"])
def test_a_filter_that_cannot_be_read_is_no_server_error(manager, query):
    make_method(MethodKind.CASH)

    response = manager.get(f"/admin/income/methods-of-payment/?{query}")

    assert response.status_code in (200, 400)


def test_the_filters_it_shows_do_work(manager):
    make_method(MethodKind.CASH)
    make_method(MethodKind.CHEQUE)

    page = manager.get("/admin/income/methods-of-payment/?kind__exact=cash")

    assert column(page, "Kind") == ["Cash (default)"]


@pytest.mark.parametrize("table", ["vat-codes", "methods-of-payment", "offices"])
def test_a_table_is_taken_away_as_a_file_by_who_may(db, table):
    model = {"vat-codes": "vatcode", "methods-of-payment": "methodofpayment", "offices": "office"}
    view, export = (f"ims_funds.{verb}_{model[table]}" for verb in ("view", "export"))
    make_office()
    make_method(MethodKind.CASH)
    make_method(MethodKind.CHEQUE)
    reader, taker = logged_in(make_person(view)), logged_in(make_person(view, export))
    address = f"/admin/income/{table}/"

    assert "Download CSV" not in reader.get(address).content.decode()
    assert reader.get(f"{address}?export=csv").status_code == 302
    assert "Download CSV" in taker.get(address).content.decode()
    assert taker.get(f"{address}?export=xlsx").status_code == 302
    response = taker.get(f"{address}?export=csv")
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    heading, *rows = list(csv.reader(StringIO(text)))
    assert heading[:2] == ["Code", "Name"]
    assert len(rows) == apps.get_model("ims_funds", model[table]).objects.count()
    assert AuditEntry.objects.latest("pk").action == "export"


def test_it_has_no_history_page_and_no_export_without_the_right(manager):
    names = {
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and "_modeladmin_" in name
    }

    assert "income_vat-codes_modeladmin_edit" in names
    assert not [name for name in names if "history" in name]
    assert manager.get("/admin/income/vat-codes/?export=csv").status_code == 302


def test_looking_at_a_row_asks_about_the_row(db):
    only_adds = logged_in(make_person("ims_funds.add_office"))
    looks = logged_in(make_person("ims_funds.view_office"))
    office = make_office()

    assert looks.get(f"/admin/income/offices/inspect/{office.pk}/").status_code == 200
    assert only_adds.get(f"/admin/income/offices/inspect/{office.pk}/").status_code == 302
    assert looks.get(f"/admin/income/offices/edit/{office.pk}/").status_code == 302
    assert looks.post(f"/admin/income/offices/delete/{office.pk}/").status_code == 302
    assert Office.objects.exists()


def test_lists_ask_the_same_number_of_questions_however_long(
    manager, django_assert_max_num_queries
):
    for n in range(40):
        make_vat_code(f"{n:02d}")

    with django_assert_max_num_queries(16):
        assert len(table(manager.get("/admin/income/vat-codes/"))) == 40


def test_menu_names_the_code_tables_as_the_screens_do():
    labels = [admin().get_menu_label() for admin in (VatCodeAdmin, MethodOfPaymentAdmin)]

    assert labels == ["VAT codes", "Methods of payment"]

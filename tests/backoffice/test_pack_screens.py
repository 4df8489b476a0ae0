"""The screens of set-up packs: who may, what they see first, and what a confirmation does."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.backoffice.models import SetupPack
from ims_wagtail.backoffice.packs.sections import SECTION_NAMES
from ims_wagtail.backoffice.packs.writing import export
from ims_wagtail.funds.models import Fund, Office
from tests.factories import make_fund, make_office
from tests.staff.people import ALL_FUNDS, logged_in, make_person


pytestmark = pytest.mark.django_db

INDEX = "/admin/income/set-up-packs/"
EXPORT = "ims_backoffice.export_setuppack"
IMPORT = "ims_backoffice.import_setuppack"


@pytest.fixture
def manager():
    return make_person(EXPORT, IMPORT, funds=(ALL_FUNDS,))


@pytest.fixture
def client(manager):
    return logged_in(manager)


def upload(client, content: str | bytes, sections=SECTION_NAMES):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("theirs.json", content, content_type="application/json")
    return client.post(INDEX, {"file": file, "sections": list(sections)}, follow=True)


def changed_pack() -> str:
    """The set-up with fund 23 renamed and an office more."""
    pack = json.loads(export())
    next(row for row in pack["sections"]["funds"] if row["code"] == "23")["name"] = "Renamed"
    pack["sections"]["offices"].append({"code": "NW", "name": "New office", "enabled": True})
    return json.dumps(pack)


def confirm(client, response):
    plan = response.context["plan"]
    url = response.redirect_chain[-1][0]
    return client.post(url, {"agreed": plan.fingerprint}, follow=True)


def test_the_download_is_the_export_and_is_in_the_audit_log(client, manager):
    make_fund("23")

    response = client.get(INDEX + "export/")

    assert response.content.decode() == export()
    assert response["Content-Disposition"] == 'attachment; filename="set-up.json"'
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.action) == (manager, "export")


def test_the_differences_are_shown_before_anything_is_saved(client):
    make_fund("23", name="As it was")
    make_office("ZZ")

    response = upload(client, changed_pack())

    page = response.content.decode()
    assert "As it was" in page
    assert "Renamed" in page
    assert "NW" in page
    assert response.context["plan"].left_alone == []
    assert Fund.objects.get(code="23").name == "As it was"
    assert not Office.objects.filter(code="NW").exists()


def test_confirming_imports_and_the_pack_can_not_be_imported_twice(client, manager):
    make_fund("23", name="As it was")
    shown = upload(client, changed_pack())

    after = confirm(client, shown)

    assert "Imported: 1 new, 1 changed." in after.content.decode()
    assert Fund.objects.get(code="23").name == "Renamed"
    entries = AuditEntry.objects.filter(user=manager, action="import set-up")
    assert {entry.object_type for entry in entries} == {"ims_funds.Fund", "ims_funds.Office"}
    url = shown.redirect_chain[-1][0]
    assert "This pack has been imported." in client.get(url).content.decode()
    assert client.post(url, {"agreed": "x"}).status_code == 404


def test_what_was_changed_since_the_preview_is_not_overwritten(client):
    make_fund("23", name="As it was")
    shown = upload(client, changed_pack())
    Fund.objects.filter(code="23").update(name="Meanwhile")

    after = confirm(client, shown)

    assert "has been changed since you looked" in after.content.decode()
    assert Fund.objects.get(code="23").name == "Meanwhile"
    assert "Meanwhile" in after.content.decode(), "the differences are shown anew"


def test_posting_without_having_looked_imports_nothing(client):
    make_fund("23", name="As it was")
    shown = upload(client, changed_pack())

    client.post(shown.redirect_chain[-1][0])

    assert Fund.objects.get(code="23").name == "As it was"


def test_a_pack_with_problems_names_them_and_offers_no_import(client):
    make_fund("23")
    pack = json.loads(changed_pack())
    pack["sections"]["offices"][0]["code"] = "<b>"

    response = upload(client, json.dumps(pack))

    page = response.content.decode()
    assert "Use capital letters and digits only" in page
    assert "<b>" not in page
    assert 'name="agreed"' not in page
    assert response.context["plan"].problems


def test_parts_that_are_not_ticked_are_left_out(client):
    make_fund("23", name="As it was")

    shown = upload(client, changed_pack(), sections=["offices"])
    confirm(client, shown)

    assert Office.objects.filter(code="NW").exists()
    assert Fund.objects.get(code="23").name == "As it was"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{}", "not a set-up pack"), (b"\x89PNG", "UTF-8"), (b" " * (5 * 2**20 + 1), "larger than")],
)
def test_a_file_that_is_no_pack_is_refused_beside_the_field(client, content, message):
    response = upload(client, content)

    assert response.status_code == 200
    assert message in str(response.context["form"].errors["file"])
    assert not SetupPack.objects.exists()


def test_a_new_upload_takes_the_place_of_one_not_imported(client):
    make_fund("23")

    upload(client, changed_pack())
    upload(client, changed_pack())

    assert SetupPack.objects.count() == 1


def test_nobody_else_can_look_at_or_import_an_upload(client):
    make_fund("23", name="As it was")
    shown = upload(client, changed_pack())
    other = logged_in(make_person(IMPORT, funds=(ALL_FUNDS,)))
    url = shown.redirect_chain[-1][0]

    assert other.get(url).status_code == 404
    assert other.post(url, {"agreed": shown.context["plan"].fingerprint}).status_code == 404
    assert Fund.objects.get(code="23").name == "As it was"


@pytest.mark.parametrize(
    ("permissions", "everywhere", "seen"),
    [
        ((EXPORT,), True, (200, 200, 302)),
        ((IMPORT,), True, (200, 302, 200)),
        ((EXPORT, IMPORT), False, (302, 302, 302)),
        ((), True, (302, 302, 302)),
    ],
)
def test_a_set_up_moves_only_with_the_permission_in_all_funds(permissions, everywhere, seen):
    fund = make_fund("23")
    person = logged_in(make_person(*permissions, funds=(ALL_FUNDS if everywhere else fund,)))
    file = SimpleUploadedFile("theirs.json", export().encode())

    statuses = (
        person.get(INDEX).status_code,
        person.get(INDEX + "export/").status_code,
        # A form with a fault is shown again to who may import.
        person.post(INDEX, {"file": file, "sections": []}).status_code,
    )

    assert statuses == seen


def test_differences_ask_no_more_for_many_rows_that_are_the_same(
    client, django_assert_max_num_queries
):
    make_fund("23")
    upload(client, export())
    url = INDEX + f"{SetupPack.objects.get().pk}/"
    for number in range(20):
        make_fund(f"A{number}")
        make_office(f"{number:02}")
    upload(client, export())
    url = INDEX + f"{SetupPack.objects.get().pk}/"

    with django_assert_max_num_queries(len(SECTION_NAMES) + 27):
        client.get(url)

"""Other systems bring files: who may, what they are told, and that nothing comes twice."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError

from ims_wagtail.api.models import ApiToken
from ims_wagtail.api.tokens import MOST_A_MINUTE
from ims_wagtail.imports.enums import ImportState
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.working import resume_imports
from tests.imports.conftest import council, private_files, transfers  # noqa: F401
from tests.imports.making import make_import, make_import_type
from tests.imports.running import book, file_of, line


pytestmark = pytest.mark.django_db


@pytest.fixture
def token(transfers) -> str:  # noqa: F811
    said = StringIO()
    call_command("ims_api_token", "Housing", "--import-type", "transfers", stdout=said)
    return said.getvalue().strip()


def send(client, token: str, content: bytes, code: str = "transfers"):
    return client.post(
        f"/ims/api/v1/imports/{code}/",
        {"file": SimpleUploadedFile("rents.csv", content)},
        headers={"Authorization": f"Bearer {token}"},
    )


def look(client, token: str, url: str):
    return client.get(url, headers={"Authorization": f"Bearer {token}"})


def test_a_file_is_taken_and_what_became_of_it_is_told(client, token, transfers):  # noqa: F811
    transfers.post_at_once = True
    transfers.save()
    answer = send(client, token, file_of(line(1)))
    assert (answer.status_code, answer.json()["state"]) == (202, "received")

    resume_imports()
    found = look(client, token, answer.json()["url"]).json()
    assert (found["state"], found["rows"], found["totals"]["file"]) == ("posted", 1, "10.00")
    assert book() == 10


def test_a_type_kept_to_a_group_of_people_still_takes_a_systems_files(client, token, transfers):  # noqa: F811
    transfers.run_by.add(Group.objects.create(name="Treasury"))

    assert send(client, token, file_of(line(1))).status_code == 202


def test_the_same_file_again_is_answered_with_the_first_ones_address(client, token):
    first = send(client, token, file_of(line(1))).json()
    again = send(client, token, file_of(line(1)))

    assert (again.status_code, again.json()["url"]) == (409, first["url"])
    assert "rents.csv" in again.json()["detail"]
    assert Import.objects.count() == 1


def test_an_empty_file_is_refused_with_the_reason(client, token):
    answer = send(client, token, b"")

    assert (answer.status_code, answer.json()["detail"]) == (422, "The file is empty.")


def test_a_token_reaches_its_own_import_types_only(client, token):
    another = make_import(import_type=make_import_type("payroll"), state=ImportState.RECEIVED)

    assert send(client, token, file_of(line(1)), "payroll").status_code == 404
    assert look(client, token, f"/ims/api/v1/imports/payroll/{another.pk}/").status_code == 404


def test_without_a_token_that_counts_nothing_is_said(client, token):
    assert send(client, "ims_guessed", file_of(line(1))).status_code == 401
    call_command("ims_api_token", "Housing", "--revoke")
    assert send(client, token, file_of(line(1))).status_code == 401
    assert client.get("/ims/api/v1/imports/transfers/1/").status_code == 401
    assert not Import.objects.exists()


def test_a_token_is_kept_as_a_hash_and_for_import_types_that_exist(token):
    assert token not in str(ApiToken.objects.values().get())
    with pytest.raises(CommandError):
        call_command("ims_api_token", "Parking", "--import-type", "unknown")
    with pytest.raises(CommandError):
        call_command("ims_api_token", "Parking")


def test_who_asks_too_often_waits(client, token):
    ApiToken.objects.update(count=MOST_A_MINUTE - 1)

    assert look(client, token, "/ims/api/v1/imports/transfers/1/").status_code == 404
    assert look(client, token, "/ims/api/v1/imports/transfers/1/").status_code == 429


def test_the_api_describes_itself(client):
    paths = client.get("/ims/api/v1/openapi.json").json()["paths"]

    assert set(paths) == {"/ims/api/v1/imports/{code}/", "/ims/api/v1/imports/{code}/{import_id}/"}

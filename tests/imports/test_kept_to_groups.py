"""Import types that only some groups bring in, post and undo."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.imports.deciding import cancel, confirm, undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import work_on
from tests.staff.people import ALL_FUNDS, logged_in, make_person
from tests.staff.screens import read

from .making import make_import_type
from .running import book, bring, file_of, line, post


pytestmark = pytest.mark.django_db

RUN = ("ims_imports.view_import", "ims_imports.add_import", "ims_imports.undo_import")
UPLOAD = "/admin/income/imports/upload/"
ONLY_RUN = "Only these groups bring in and post files of this type: Treasury."
ONLY_UNDO = "Only these groups undo imports of this type: Treasury."


@pytest.fixture
def kept(transfers) -> SimpleNamespace:
    """A type kept to the treasury, with somebody of it and a colleague of the same permissions."""
    treasury = Group.objects.create(name="Treasury")
    transfers.run_by.add(treasury)
    transfers.undone_by.add(treasury)
    insider, colleague = (make_person(*RUN, funds=(ALL_FUNDS,)) for _ in range(2))
    insider.groups.add(treasury)
    return SimpleNamespace(type=transfers, group=treasury, insider=insider, colleague=colleague)


def upload(person, import_type):
    content = SimpleUploadedFile("day.csv", file_of(line(1)))
    return logged_in(person).post(UPLOAD, {"import_type": import_type.pk, "file": content})


def press(person, file: Import, button: str, **data) -> str:
    """Press a button of a file's page, let the worker do its part, and return the state."""
    logged_in(person).post(f"/admin/income/imports/{button}/{file.pk}/", data)
    work_on(import_id=file.pk)
    file.refresh_from_db()
    return file.state


def buttons(person, file: Import) -> list[str]:
    response = logged_in(person).get(f"/admin/income/imports/inspect/{file.pk}/")
    found = response.content.decode()
    return [step for step in ("post", "cancel", "undo") if f"/imports/{step}/{file.pk}/" in found]


def page(person, file: Import) -> str:
    response = logged_in(person).get(f"/admin/income/imports/inspect/{file.pk}/")
    return response.content.decode()


def test_a_colleague_outside_the_group_finds_no_way_by_screen(kept):
    assert upload(kept.colleague, kept.type).status_code == 422
    assert not Import.objects.exists()
    form = logged_in(kept.colleague).get(UPLOAD).content.decode()
    assert "Only other groups bring these in: Transfers" in form
    assert f'<option value="{kept.type.pk}"' not in form

    file = bring(kept.type, file_of(line(1)))
    assert buttons(kept.colleague, file) == []
    assert ONLY_RUN in page(kept.colleague, file)
    assert press(kept.colleague, file, "post", on_problems="refuse") == ImportState.PREVIEWED
    assert press(kept.colleague, file, "cancel") == ImportState.PREVIEWED
    post(file)
    assert buttons(kept.colleague, file) == []
    assert ONLY_UNDO in page(kept.colleague, file)
    assert press(kept.colleague, file, "undo", reason="Wrong") == ImportState.POSTED
    assert book() == 10


def test_somebody_of_the_group_takes_every_step_by_screen(kept):
    assert upload(kept.insider, kept.type).status_code == 302
    file = Import.objects.get()
    work_on(import_id=file.pk)
    assert buttons(kept.insider, file) == ["post", "cancel"]
    assert press(kept.insider, file, "post", on_problems="refuse") == ImportState.POSTED
    assert buttons(kept.insider, file) == ["undo"]
    assert "Only these groups" not in page(kept.insider, file)
    assert press(kept.insider, file, "undo", reason="Wrong month") == ImportState.UNDONE
    assert book() == 0


def test_whatever_asks_for_a_person_is_told_which_group_may(kept):
    file = bring(kept.type, file_of(line(1)))
    other = ContentFile(file_of(line(2)))
    by = kept.colleague
    for step in (
        lambda: receive(import_type=kept.type, file=other, file_name="b.csv", by=by),
        lambda: confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, by=by),
        lambda: cancel(import_id=file.pk, by=by),
    ):
        with pytest.raises(ImportRefused, match=ONLY_RUN):
            step()
    post(file)
    with pytest.raises(ImportRefused, match=ONLY_UNDO):
        undo(import_id=file.pk, reason="Wrong", by=by)
    assert (Import.objects.count(), book()) == (1, 10)


def test_each_list_keeps_its_own_step_only(kept):
    kept.type.run_by.clear()
    file = bring(kept.type, file_of(line(1)), by=kept.colleague)
    post(file, by=kept.colleague)

    with pytest.raises(ImportRefused, match=ONLY_UNDO):
        undo(import_id=file.pk, reason="Wrong", by=kept.colleague)


def test_being_in_the_group_gives_nobody_the_permission(kept):
    member = make_person("ims_imports.view_import", funds=(ALL_FUNDS,))
    member.groups.add(kept.group)
    file = bring(kept.type, file_of(line(1)))

    assert buttons(member, file) == []
    with pytest.raises(ImportRefused, match="right to do this in every fund"):
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, by=member)


def test_the_groups_are_set_on_the_types_form_shown_on_its_page_and_audited(council):
    treasury = Group.objects.create(name="Treasury")
    kind = make_import_type("payroll")
    rights = [f"ims_imports.{verb}_importtype" for verb in ("view", "change")]
    officer = logged_in(make_person(*rights, funds=(ALL_FUNDS,)))
    edit = f"/admin/income/import-types/edit/{kind.pk}/"
    form = officer.get(edit).context["form"]
    typed = {
        name: value
        for name in form.fields
        if (value := form[name].value()) not in (None, "", False, [])
    }
    typed |= {"undone_by": [treasury.pk], "expected_by": "08:00"}

    assert officer.post(edit, typed).status_code == 302
    assert [group.name for group in kind.undone_by.all()] == ["Treasury"]
    assert not kind.run_by.exists()
    entry = AuditEntry.objects.get(action="change")
    assert (entry.before["undone_by"], entry.after["undone_by"]) == ([], ["Treasury"])
    shown = read(officer.get(f"/admin/income/import-types/inspect/{kind.pk}/"))
    assert shown.facts["Undone by"] == "Treasury"


def test_a_group_that_a_type_names_is_not_deleted_so_that_nothing_opens_by_itself(kept):
    manager = logged_in(make_person("auth.delete_group"))
    delete = f"/admin/groups/delete/{kept.group.pk}/"

    manager.post(delete)
    assert Group.objects.filter(pk=kept.group.pk).exists()
    kept.type.run_by.clear()
    kept.type.undone_by.clear()
    manager.post(delete)
    assert not Group.objects.filter(pk=kept.group.pk).exists()

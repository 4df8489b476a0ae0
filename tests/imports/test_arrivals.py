"""Files that arrive in folders, and files that don't."""

import os
import time
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from ims_wagtail.access.needs import needs_of
from ims_wagtail.imports.collecting import collect_files
from ims_wagtail.imports.enums import ArrivesBy, ExpectedOn, ImportState
from ims_wagtail.imports.lateness import tell_of_late_files
from ims_wagtail.imports.models import Import, RefusedFile
from ims_wagtail.imports.schedule import is_working_day, late_files
from ims_wagtail.imports.working import resume_imports
from ims_wagtail.notifications.services import send_due
from tests.staff.people import logged_in, make_person

from .making import make_import, make_import_type
from .running import book, file_of, line


pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(transfers, settings, tmp_path):
    settings.IMS = {**settings.IMS, "IMPORT_FOLDER": str(tmp_path)}
    transfers.arrives_by = ArrivesBy.FOLDER
    transfers.save()
    made = tmp_path / "transfers"
    made.mkdir()
    return made


def arrive(folder, content: bytes, name: str = "day.csv", *, seconds_ago: int = 120) -> None:
    path = folder / name
    path.write_bytes(content)
    then = time.time() - seconds_ago
    os.utime(path, (then, then))


def names(folder) -> list[str]:
    return sorted(path.name.partition("-")[2] for path in folder.iterdir())


def test_a_whole_file_is_taken_and_moved_to_done(folder):
    arrive(folder, file_of(line(1)))
    call_command("ims_collect_files")

    assert Import.objects.get().file_name == "day.csv"
    assert names(folder / "done") == ["day.csv"]
    assert not (folder / "day.csv").exists()


def test_a_file_that_is_still_written_is_left_alone(folder):
    arrive(folder, b"half of", seconds_ago=5)
    arrive(folder, b"half of", ".day.csv")
    arrive(folder, b"half of", "other.csv.PART")
    (folder / "link.csv").symlink_to("/etc/hostname")

    assert collect_files().taken == 0
    assert not Import.objects.exists()
    assert len(list(folder.iterdir())) == 4


def test_the_same_file_under_another_name_is_refused_and_the_first_named(folder, council):
    arrive(folder, file_of(line(1)), "monday.csv")
    collect_files()
    arrive(folder, file_of(line(1)), "tuesday.csv")
    found = collect_files()

    assert (found.taken, found.refused) == (0, 1)
    assert names(folder / "refused") == ["tuesday.csv"]
    assert "monday.csv" in RefusedFile.objects.get().why
    officer = make_officer()
    told = {need.label: need.detail for need in needs_of(officer)}
    assert told["Files refused as they arrived"] == "tuesday.csv"


def test_a_folder_that_is_missing_does_not_keep_the_others_from_their_files(folder, council):
    make_import_type("another", arrives_by=ArrivesBy.FOLDER)
    arrive(folder, file_of(line(1)))
    found = collect_files()

    assert (found.taken, found.failed) == (1, 1)


def test_a_type_that_is_posted_at_once_needs_nobody(
    folder, transfers, django_capture_on_commit_callbacks
):
    transfers.post_at_once = True
    transfers.save()
    arrive(folder, file_of(line(1)))
    arrive(folder, file_of(line(2, account="bad")), "wrong.csv")
    with django_capture_on_commit_callbacks(execute=True):
        collect_files()
    resume_imports()

    states = dict(Import.objects.values_list("file_name", "state"))
    assert states == {"day.csv": ImportState.POSTED, "wrong.csv": ImportState.PREVIEWED}
    assert book() == 10


def make_officer():
    officer = make_person("ims_imports.add_import", funds=(None,))
    officer.email = "finance@example.org"
    officer.save()
    return officer


def london(day: str, at: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{at}:00+00:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-23", True),
        ("2026-11-22", False),
        ("2026-12-25", False),
        # Boxing Day is a Saturday in 2026, so that the Monday after is off.
        ("2026-12-28", False),
        ("2026-04-03", False),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(day, works):
    assert is_working_day(london(day).date()) is works


@pytest.mark.parametrize(
    ("now", "came", "late"),
    [
        (("2026-11-24", "07:59"), ("2026-11-23", "07:30"), []),
        (("2026-11-24", "08:00"), ("2026-11-23", "07:30"), ["2026-11-24"]),
        (("2026-11-24", "08:00"), ("2026-11-23", "20:00"), []),
        (("2026-11-24", "12:00"), ("2026-11-24", "11:00"), []),
        # Over the weekend nothing is expected: Friday's file is the last one.
        (("2026-11-22", "12:00"), ("2026-11-20", "07:00"), []),
        (("2026-11-22", "12:00"), ("2026-11-19", "07:00"), ["2026-11-20"]),
        (("2026-11-23", "09:00"), ("2026-11-21", "07:00"), []),
    ],
)
def test_a_file_is_late_from_its_time_until_it_comes(transfers, now, came, late):
    transfers.expected_on = ExpectedOn.WORKING_DAYS
    transfers.save()
    make_import(import_type=transfers, received_at=london(*came))

    assert [str(one.day) for one in late_files(now=london(*now))] == late


def test_people_who_may_run_the_type_are_told_once_a_day(transfers, council):
    officer = make_officer()
    transfers.expected_on = ExpectedOn.WORKING_DAYS
    transfers.save()
    # A Monday, when Friday's file is not yet in question.
    assert tell_of_late_files(now=london("2026-11-23", "07:59")) == 1
    assert tell_of_late_files(now=london("2026-11-23", "08:01")) == 1
    assert tell_of_late_files(now=london("2026-11-23", "12:00")) == 0
    send_due()

    assert [message.to for message in mail.outbox] == [["finance@example.org"]] * 2
    assert "Monday 23 November 2026" in mail.outbox[-1].subject
    assert transfers.name in mail.outbox[-1].subject
    assert any(need.label == "Files that are late" for need in needs_of(officer))


def test_the_page_of_a_type_says_when_a_file_is_expected_and_what_was_refused(transfers, council):
    transfers.expected_on = ExpectedOn.EVERY_DAY
    transfers.save()
    RefusedFile.objects.create(import_type=transfers, file_name="a.csv", why="It came before.")
    verbs = ("view", "change")
    rights = (f"ims_imports.{verb}_importtype" for verb in verbs)
    client = logged_in(make_person(*rights, funds=(None,)))

    page = client.get(reverse("ims_import_types:inspect", args=[transfers.pk])).content.decode()
    assert "08:00" in page
    assert "a.csv was refused: It came before." in page
    form = client.get(reverse("ims_import_types:edit", args=[transfers.pk])).content.decode()
    assert '<input type="time" name="expected_by" value="08:00"' in form
    assert "initTimeChooser" not in form

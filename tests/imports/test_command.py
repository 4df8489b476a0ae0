"""``ims_import``: what it prints, and what it exits with."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from ims_wagtail.imports.models import Import, ImportRow

from .running import book, file_of, line


pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, transfers, capsys):
    def run(content: bytes, *options: str, file_name: str = "a.csv"):
        path = tmp_path / file_name
        path.write_bytes(content)
        problem = ""
        try:
            call_command("ims_import", "transfers", str(path), *options)
        except CommandError as error:
            problem = str(error)
        return json.loads(capsys.readouterr().out), problem

    return run


def test_a_good_file_is_posted_and_summed_up(council, run):
    found, problem = run(file_of(line(1), line(2, account="", fund="", amount="2.50")))

    assert not problem
    assert found["outcome"] == "posted"
    counts = {name: found[name] for name in ("rows", "posted", "suspense", "duplicates")}
    assert counts == {"rows": 2, "posted": 1, "suspense": 1, "duplicates": 0}
    assert found["totals"]["file"] == "12.50"
    assert found["totals"]["funds"] == {"23": "10.00", "SP": "2.50"}
    assert str(book()) == "12.50"


def test_a_dry_run_says_the_same_and_leaves_nothing(council, run):
    content = file_of(line(1))
    found, problem = run(content, "--dry-run")

    assert (found["outcome"], found["posted"], problem) == ("would_post", 1, "")
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()
    assert book() == 0
    assert run(content)[0]["outcome"] == "posted"


def test_a_bad_row_keeps_the_whole_file_out_and_is_named(council, run):
    content = file_of(line(1), line(2, account="301122332"))
    found, problem = run(content)

    assert (found["outcome"], found["with_problems"], book()) == ("refused", 1, 0)
    assert "nothing of it is posted" in problem
    assert found["problems"][0]["line"] == 2
    assert all(found["problems"][0][key] for key in ("column", "found", "expected", "remedy"))


def test_by_choice_the_rest_goes_to_suspense(council, run):
    found, problem = run(file_of(line(1), line(2, account="1")), "--rest-to-suspense")

    assert not problem
    assert (found["posted"], found["suspense"]) == (1, 1)


def test_the_same_file_again_names_the_first(council, run):
    run(file_of(line(1)))
    found, problem = run(file_of(line(1)), file_name="b.csv")

    assert found["outcome"] == "refused"
    assert "a.csv" in problem
    assert book() == 10


def test_a_file_of_another_kind_fails_with_line_and_reason(council, run):
    found, problem = run(b"\x89PNG\r\n\x1a\n\x00\x00")

    assert found["outcome"] == "failed"
    assert "Line 1" in problem


@pytest.mark.parametrize(("code", "file"), [("unknown", __file__), ("transfers", "/no/file")])
def test_what_is_not_there_is_said(transfers, code, file):
    with pytest.raises(CommandError, match=r"transfers|/no/file"):
        call_command("ims_import", code, file)

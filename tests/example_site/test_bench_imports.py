"""What ``ims_bench --only imports`` does, over a few hundred rows."""

import pytest

from example_site.bench import import_ways, imports
from example_site.bench.import_file import make_council, write_file
from example_site.bench.import_ways import Measured
from example_site.bench.payers import Waits
from ims_wagtail.ledger.verification import verify


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep the file that is measured in memory."""
    settings.STORAGES = {
        **settings.STORAGES,
        "ims_private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def test_the_bench_imports_its_file_and_says_how_that_compares(tmp_path):
    path, lines = tmp_path / "bench.csv", tmp_path / "lines"
    make_council()
    write_file(path, 300)

    found = import_ways.measure_import(path, rules=5)
    import_ways.save_lines(lines)
    plain = import_ways.measure_plain(path, 100)

    assert (found.rows, lines.read_text().count("\n")) == (300, 300)
    assert plain > 0
    assert not [breach.rule for _, breach in verify() if breach]


def figures(say) -> dict[str, str]:
    """What is said of each figure, by its name."""
    said: list[str] = []
    say(said.append)
    rows = (line.strip().partition("  ") for line in said)
    return {name: rest.strip() for name, _space, rest in rows}


def test_the_bench_says_of_each_aim_whether_it_was_held():
    previewed = Measured(rows=1000, checking=1, posting=1, memory=199)
    found = imports.Found(
        previewed=previewed,
        straight=Measured(rows=1000, checking=1.25, posting=0, memory=10),
        many_rules=Measured(rows=1000, checking=2.1, posting=1, memory=10),
        copied=1000,
        plain=60,
    )

    told = figures(lambda say: imports.tell(found, say=say))

    assert told["ratio to raw COPY"] == "0.50   aim at least 0.6  MISSED"
    assert told["the same without a preview"] == "0.80   aim at least 0.85 MISSED"
    assert told["times the plain way"] == "8.3   aim at least 8    held"
    assert told["time with 100 rules, in times of it"] == "1.55   aim at most 1.5   MISSED"
    assert told["memory of the whole process"] == "199 MB   aim under 200     held"


def test_the_bench_tells_of_payers_and_of_many_more_rows():
    once = Measured(rows=1000, checking=1, posting=1, memory=100)
    more = Measured(rows=5000, checking=6, posting=5.2, memory=200)
    waits = Waits(alone=[20, 40], beside=[30, 999], paid=2, seconds=9)

    told = figures(lambda say: imports.tell_waits(waits, say=say))
    assert told["the longest before it"] == "40 ms"
    assert told["the longest beside it"] == "999 ms   aim under 1,000   held"
    told = figures(lambda say: imports.tell_linear(once, more, say=say))
    assert told["time for 5,000 rows, in times of it"] == "5.60   aim at most 5.5   MISSED"
    assert told["memory of the whole process then"] == "200 MB   aim under 200     MISSED"

"""What ``ims_bench --only imports`` does, over a few hundred rows."""

import pytest

from example_site.bench import imports
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
    path, lines, said = tmp_path / "bench.csv", tmp_path / "lines", []
    imports.make_council()
    imports.write_file(path, 300)

    found = imports.measure_import(path, rules=5)
    imports.save_lines(lines)
    plain = imports.measure_plain(path, 100)
    imports.tell(found, straight=500, copied=1000, plain=100 / plain, say=said.append)

    assert (found.rows, lines.read_text().count("\n")) == (300, 300)
    assert not [breach.rule for _, breach in verify() if breach]
    for figure in ("the whole import", "without a preview", "ratio to raw COPY", "memory"):
        assert figure in "".join(said)

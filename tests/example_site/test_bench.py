"""What ``ims_bench --only search`` does, over a book of a few hundred lines."""

import pytest

from example_site.bench import back_office
from example_site.bench.question_list import QUESTIONS


pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> list[str]:
    """A made-up book, proven, and what was said about it."""
    words: list[str] = []
    back_office.make(lines=400, say=words.append)
    return words


def test_the_bench_finds_by_every_filter_what_the_sql_beside_it_finds(said):
    # Other rows than by hand would have raised ``OtherRows``.
    back_office.measure(times=1, about="", say=said.append)

    told = "\n".join(said)
    assert "every proof of ims_verify holds" in told
    for question in QUESTIONS:
        assert f"\n{question.name} " in told
    for aim in ("dashboard ", "page of an account ", "Export of ", "memory of the whole process"):
        assert aim in told

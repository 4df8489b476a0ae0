"""Two files at once, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.exceptions import AlreadyImported
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import work_on

from .running import book, breaches, bring, file_of, line


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works) -> list:
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_files_of_the_same_rows_posted_at_once_bring_each_row_once(council, transfers):
    # The same rows in opposite order: whoever locked as they came would wait in a circle.
    numbers = range(1, 40)
    files = [
        bring(transfers, file_of(*(line(n) for n in numbers))),
        bring(transfers, file_of(*(line(n) for n in reversed(numbers)), line(99))),
    ]
    for file in files:
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)

    at_once(*(lambda pk=file.pk: work_on(import_id=pk) for file in files))

    states = sorted(Import.objects.values_list("state", flat=True))
    assert states == [ImportState.POSTED, ImportState.PREVIEWED]
    assert book() in (390, 400)
    second = Import.objects.get(state=ImportState.PREVIEWED)
    if second.totals.filter(outcome="posted").exists():
        confirm(import_id=second.pk, on_problems=OnProblems.REFUSE, at_once=True)
        work_on(import_id=second.pk)
    assert book() == 400
    assert not breaches()


def test_many_workers_at_one_file_post_it_once(council, transfers):
    file = bring(transfers, file_of(*(line(n) for n in range(1, 20))))
    confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)

    at_once(*[lambda: work_on(import_id=file.pk)] * 6)

    assert book() == 190
    assert not breaches()


def test_one_content_brought_in_by_many_at_once_comes_in_once(council, transfers):
    def bring_in():
        try:
            return receive(
                import_type=transfers,
                file=ContentFile(file_of(line(1))),
                file_name="a.csv",
                at_once=True,
            ).pk
        except AlreadyImported:
            return None

    came = at_once(*[bring_in] * 6)

    assert len([pk for pk in came if pk]) == Import.objects.count() == 1

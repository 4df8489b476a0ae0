"""Account holders replaced by workers that are killed, two at once, and beside residents."""

from contextlib import closing
from threading import Thread

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.imports.deciding import confirm, undo
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.holders import checking, merging
from ims_wagtail.imports.leases import claim
from ims_wagtail.imports.models import Import, ImportHolder
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import resume_imports, work_on

from .holding import accounts_held, everything_held, holders_file, load, make_holders_type
from .running import bring
from .test_killed import killed_worker


pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROWS = 300


@pytest.fixture
def files(council):
    """Full replacements of one fund's accounts."""
    return make_holders_type(funds=(council.sundry,))


def row(number: int, name: str) -> tuple[str, ...]:
    return ("24", f"A{number}", name, "", "1.00", "")


def test_a_killed_worker_leaves_accounts_as_they_were_or_as_the_file_says(files, monkeypatch):
    monkeypatch.setattr(checking, "BATCH", 20)
    load(bring(files, holders_file(*(row(number, "Brook") for number in range(ROWS)))))
    was = everything_held()
    file = receive(
        import_type=files,
        file=ContentFile(holders_file(*(row(number, "Hill") for number in range(100, ROWS + 9)))),
        file_name="a.csv",
        at_once=True,
    )

    def standing() -> Import:
        return Import.objects.get(pk=file.pk)

    killed_worker(file.pk, lambda: standing().row_count >= 40)
    resume_imports()
    assert standing().state == ImportState.PREVIEWED
    assert ImportHolder.objects.filter(of_import=file).count() == ROWS + 9

    confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)
    killed_worker(file.pk, lambda: standing().lease is not None)
    names = {held[0] for held in accounts_held().values()}
    assert names in ({"Brook"}, {"Hill"})
    resume_imports()
    assert {held[0] for held in accounts_held().values()} == {"Hill"}
    assert AccountHolder.objects.count() == ROWS - 91

    undo(import_id=file.pk, reason="Wrong file", at_once=True)
    killed_worker(file.pk, lambda: standing().lease is not None)
    resume_imports()
    assert (standing().state, everything_held()) == (ImportState.UNDONE, was)


def test_of_two_files_at_once_one_is_loaded_and_the_other_is_looked_at_again(files):
    both = [bring(files, holders_file(row(1, name), row(2, name))) for name in ("Brook", "Hill")]
    for file in both:
        confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)

    def run(file: Import) -> None:
        with closing(connection):
            work_on(import_id=file.pk)

    threads = [Thread(target=run, args=[file]) for file in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = {Import.objects.get(pk=file.pk).state for file in both}
    assert states == {ImportState.POSTED, ImportState.PREVIEWED}
    (posted,) = Import.objects.filter(state=ImportState.POSTED)
    name = "Brook" if posted.pk == both[0].pk else "Hill"
    assert {held[0] for held in accounts_held().values()} == {name}


def test_residents_read_the_accounts_of_before_while_others_are_written(files, monkeypatch):
    load(bring(files, holders_file(row(1, "Brook"), row(2, "Vale"))))
    file = bring(files, holders_file(row(1, "Hill"), row(3, "Moor")))
    confirm(import_id=file.pk, on_problems=OnProblems.REFUSE, at_once=True)
    seen = []

    def read() -> None:
        with closing(connection), connection.cursor() as cursor:
            # A resident who would have to wait at all would not be served here.
            cursor.execute("SET lock_timeout = '200ms'")
            seen.append(sorted(AccountHolder.objects.values_list("reference", "surname")))

    merge = merging._merge

    def merge_and_look(*arguments) -> None:
        merge(*arguments)
        reader = Thread(target=read)
        reader.start()
        reader.join()

    monkeypatch.setattr(merging, "_merge", merge_and_look)
    lease, _state = claim(file.pk)
    merging.post_holders(lease)

    assert seen == [[("A1", "Brook"), ("A2", "Vale")]]
    assert sorted(accounts_held()) == [("24", "A1"), ("24", "A3")]

"""Files posted while residents pay into the same funds and accounts: nobody stands in a circle."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from ims_wagtail.imports.deciding import confirm
from ims_wagtail.imports.enums import ImportState, OnProblems
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.working import work_on
from ims_wagtail.payments.enums import AttemptState, EventSource
from ims_wagtail.payments.services import settle, start_payment
from tests.factories import make_office
from tests.payments.making import breaches, make_council, make_order, money_posted, use_card

from .making import make_import_type
from .running import bring, file_of, line
from .test_races import at_once


pytestmark = pytest.mark.django_db(transaction=True)

PAYERS, ROWS = 20, 400


def test_files_and_payers_at_once_lose_nothing_and_wait_in_no_circle():
    council = make_council()
    make_office("SP")
    looked_at, straight = make_import_type(), make_import_type("straight", post_at_once=True)
    rows = range(1, ROWS + 1)
    files = [bring(looked_at, file_of(*map(line, rows)), "a.csv")]
    confirm(import_id=files[0].pk, on_problems=OnProblems.REFUSE, at_once=True)
    files += [
        receive(
            import_type=kind,
            file=ContentFile(file_of(*(line(start + n) for n in rows))),
            file_name=name,
            at_once=True,
            **more,
        )
        for kind, start, name, more in (
            (looked_at, 1000, "b.csv", {}),
            (straight, 2000, "c.csv", {"post_at_once": True}),
        )
    ]
    attempts = [start_payment(order=make_order(council)).attempt for _payer in range(PAYERS)]
    for attempt in attempts:
        use_card(attempt)

    done = at_once(
        *(lambda pk=file.pk: work_on(import_id=pk) for file in files),
        *(
            lambda pk=attempt.pk: settle(attempt_id=pk, source=EventSource.RETURN).state
            for attempt in attempts
        ),
    )

    assert done[len(files) :] == [AttemptState.PAID] * PAYERS
    states = Import.objects.in_bulk([file.pk for file in files])
    assert [states[file.pk].state for file in files] == [
        ImportState.POSTED,
        ImportState.PREVIEWED,
        ImportState.POSTED,
    ]
    assert money_posted() == PAYERS * Decimal("145.50") + 2 * ROWS * Decimal("10.00")
    assert not breaches()

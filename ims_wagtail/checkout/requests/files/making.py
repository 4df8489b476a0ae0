"""Making all requests of a file, in steps that a stopped worker loses at most one of.

No link of a file works and no e-mail goes out before the last request stands: all or nothing.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ims_wagtail.checkout.requests.emails import REQUEST
from ims_wagtail.checkout.requests.making import person_of, values_of
from ims_wagtail.checkout.requests.models import RequestFile, RequestRecipient, RequestToPay
from ims_wagtail.clock import accounting_date
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.services import queue_slowly

from .checking import Terms, wanted_of
from .reading import FileRow


_STEP = 500
#: E-mails a minute: below what mail servers of councils take for an attack.
PER_MINUTE = 60


def make_requests(*, file_id: int) -> int:
    """Make what is still to be made of a file; return how many requests were made."""
    made = 0
    while step := _step(file_id):
        made += step
    return made


@transaction.atomic
def _step(file_id: int) -> int:
    """Make the next requests; none when all are made or somebody else is at it."""
    file = (
        RequestFile.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("payment_type__fund", "made_by")
        .filter(pk=file_id, finished_at=None)
        .first()
    )
    if file is None:
        return 0
    rows = [FileRow.unpacked(kept) for kept in file.rows[file.done : file.done + _STEP]]
    _make(file, rows)
    file.done += len(rows)
    file.heard_of_at = timezone.now()
    if file.done == file.count:
        file.finished_at, file.rows = timezone.now(), []
        if file.and_send:
            _send(file)
    file.save(update_fields=["done", "heard_of_at", "finished_at", "rows"])
    return len(rows)


def _make(file: RequestFile, rows: Sequence[FileRow]) -> None:
    terms = Terms(
        payment_type=file.payment_type,
        expires_on=accounting_date(),
        language=file.language,
        single_use=file.single_use,
        and_send=file.and_send,
        site_id=file.site_id,
    )
    wanted = [wanted_of(row, terms=terms) for row in rows]
    requests = RequestToPay.objects.bulk_create(
        RequestToPay(
            **values_of(one, reference=one.reference),
            made_by=file.made_by,
            file=file,
            file_row=row.number,
        )
        for one, row in zip(wanted, rows, strict=True)
    )
    RequestRecipient.objects.bulk_create(
        RequestRecipient(request=request, **person_of(one))
        for request, one in zip(requests, wanted, strict=True)
    )


def _send(file: RequestFile) -> None:
    """Queue an e-mail for every request, in the order of the file."""
    requests = RequestToPay.objects.filter(file=file)
    requests.update(sendings=F("sendings") + 1, sent_at=timezone.now())
    queue_slowly(
        (
            Message(
                kind=REQUEST,
                source=f"request-to-pay:{pk}:1",
                recipient=email,
                language=file.language,
                parameters={"request_id": pk},
            )
            for pk, email in requests.order_by("file_row").values_list("pk", "recipient__email")
        ),
        per_minute=PER_MINUTE,
    )

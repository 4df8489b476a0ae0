"""Work done in the background. Losing a task loses nothing: the schedule does it as well."""

from django_tasks import task

from . import checking, events
from .pausing import background
from .refunds import preparing, sending


@task()
def handle_event(event_id: int) -> None:
    """Act on one webhook message."""
    with background():
        events.handle(event_id=event_id)


@task()
def check_payments() -> str:
    """Look at every payment that is due, for sites that run their schedule through tasks."""
    return str(checking.check_payments())


@task()
def send_refund(refund_id: int) -> None:
    """Send one approved refund to the provider."""
    with background():
        sending.send_refund(refund_id=refund_id)


@task()
def prepare_refund_batch(batch_id: int) -> None:
    """Hold the money of many payments that are to be refunded, then ask for approval."""
    preparing.prepare_batch(batch_id=batch_id)

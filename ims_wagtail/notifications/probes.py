"""What may be stuck in the outbox."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .models import Message, MessageState


#: How long a message may wait past its time before something is taken not to run.
WAITS = timedelta(hours=1)


@probe(Looks.SETUP)
def outbox(using: str) -> Iterator[Finding]:
    """Find messages that wait too long, and those that were given up."""
    stuck = Q(state=MessageState.QUEUED, next_try_at__lt=timezone.now() - WAITS)
    counts = Message.objects.using(using).aggregate(
        stuck=Count("pk", filter=stuck),
        failed=Count("pk", filter=Q(state=MessageState.FAILED)),
    )
    if counts["stuck"]:
        yield Finding(
            "ims_notifications.W001",
            Severity.WARNING,
            ngettext(
                "One e-mail has waited for over an hour.",
                "%(count)s e-mails have waited for over an hour.",
                counts["stuck"],
            )
            % {"count": counts["stuck"]},
            _("Start “manage.py db_worker” and “manage.py ims_check_payments --every 60”."),
        )
    if counts["failed"]:
        yield Finding(
            "ims_notifications.W002",
            Severity.WARNING,
            ngettext(
                "One e-mail could not be sent.",
                "%(count)s e-mails could not be sent.",
                counts["failed"],
            )
            % {"count": counts["failed"]},
            _("Look at the e-mail settings and the worker’s log; the addresses may be wrong too."),
        )

"""What may be missing for imports, or stuck."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.probes import Finding, Looks, Severity, probe

from .enums import AT_WORK
from .models import Import
from .storage import PRIVATE


#: How long a file may wait for a worker before something is taken not to run.
WAITS = timedelta(minutes=30)


@probe(Looks.SETTINGS)
def private_files(using: str) -> Iterator[Finding]:
    """Find that files have no place to be kept in."""
    if PRIVATE not in settings.STORAGES:
        yield Finding(
            "ims_imports.E001",
            Severity.ERROR,
            _("Settings lack a storage for imported files, so that none can be brought in."),
            _("Add “ims_private” to STORAGES: a folder or bucket that nothing serves."),
        )


@probe(Looks.SETUP)
def stuck(using: str) -> Iterator[Finding]:
    """Find files that no worker goes on with."""
    late = timezone.now() - WAITS
    waiting = Import.objects.using(using).filter(state__in=AT_WORK, received_at__lt=late)
    count = waiting.exclude(leased_until__gt=late).count()
    if count:
        yield Finding(
            "ims_imports.W001",
            Severity.WARNING,
            ngettext(
                "One import has waited for a worker for over half an hour.",
                "%(count)s imports have waited for a worker for over half an hour.",
                count,
            )
            % {"count": count},
            _("Start “manage.py db_worker”; run “manage.py ims_run_imports” every few minutes."),
            about=Import,
        )

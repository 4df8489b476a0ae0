"""What may be missing for imports, or stuck."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ims_wagtail.conf import ims_settings
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .enums import AT_WORK, ArrivesBy
from .models import Import, ImportType
from .schedule import late_files
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


@probe(Looks.SETUP)
def arrivals(using: str) -> Iterator[Finding]:
    """Find folders and servers from which no file can arrive."""
    servers = ims_settings().sftp_servers
    types = ImportType.objects.using(using).filter(enabled=True).order_by("code")
    for one in types.exclude(arrives_by=ArrivesBy.UPLOAD):
        if one.arrives_by == ArrivesBy.SFTP and one.server not in servers:
            yield Finding(
                "ims_imports.E002",
                Severity.ERROR,
                _("“%(name)s” is fetched from “%(server)s”, which the settings don’t have.")
                % {"name": one.name, "server": one.server},
                _("Add IMS['SFTP_SERVERS']['%(server)s'], with its key from the environment.")
                % {"server": one.server},
                about=one,
            )
        elif one.failing:
            yield Finding(
                "ims_imports.E003",
                Severity.ERROR,
                _("Files of “%(name)s” can’t arrive. %(why)s")
                % {"name": one.name, "why": one.failing},
                _("Put the folder or server right; “ims_collect_files” tries again by itself."),
                about=one,
            )


@probe(Looks.SETUP)
def late(using: str) -> Iterator[Finding]:
    """Find files that were expected and did not come."""
    for one in late_files(using=using):
        yield Finding(
            "ims_imports.W002",
            Severity.WARNING,
            _("The file of “%(name)s” that was due on %(day)s at %(time)s has not come.")
            % {
                "name": one.import_type.name,
                "day": date_format(one.day, "j F Y"),
                "time": one.import_type.expected_by.strftime("%H:%M"),
            },
            _("Ask whoever sends it, and see that “ims_collect_files” runs every minute."),
            about=one.import_type,
        )

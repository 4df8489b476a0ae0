"""Telling the people who run a type that its file did not come: once for each day."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from ims_wagtail.conf import ims_settings
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.notifications.services import queue_email

from .models import ImportType, LateFile
from .policy import ADD, why_not
from .schedule import Late, late_files


LATE = "import_late"


def tell_of_late_files(*, now: datetime | None = None) -> int:
    """Tell of the files that are late and were not told of; return how many there are."""
    return sum(_tell(late) for late in late_files(now=now or timezone.now()))


@transaction.atomic
def _tell(late: Late) -> bool:
    told, new = LateFile.objects.get_or_create(import_type=late.import_type, day=late.day)
    if not new:
        return False
    people = get_user_model()._default_manager.filter(
        is_active=True, groups__permissions__codename="add_import"
    )
    for person in people.exclude(email="").distinct():
        if not why_not(person, ADD, late.import_type):
            queue_email(
                kind=LATE,
                source=f"import-late:{told.pk}:{person.pk}",
                recipient=person.email,
                language=settings.LANGUAGE_CODE,
                parameters={"import_type_id": late.import_type.pk, "day": str(late.day)},
            )
    return True


def late_email(message: Message) -> Email:
    """Write the e-mail. Raises ``LookupError`` for a type that is gone."""
    found = ImportType.objects.filter(pk=message.parameters["import_type_id"]).first()
    if found is None:
        raise LookupError("no such import type")
    admin = getattr(settings, "WAGTAILADMIN_BASE_URL", None) or ims_settings().base_url
    day = date.fromisoformat(message.parameters["day"])
    context = {
        "name": found.name,
        "by": found.expected_by.strftime("%H:%M"),
        "day": date_format(day, "l j F Y"),
        "url": f"{admin.rstrip('/')}{reverse('ims_imports:index')}",
    }
    folder = "ims_wagtail/imports/email"
    return Email(
        # One line whatever the name holds: a line break would start another header.
        subject=" ".join(render_to_string(f"{folder}/late_subject.txt", context).split()),
        text=render_to_string(f"{folder}/late.txt", context),
    )

"""Sending an application: once, whatever is pressed twice."""

from typing import Any

from django.db import transaction

from ims_wagtail.access import audit
from ims_wagtail.checkout.answer_files import file_keys
from ims_wagtail.checkout.forms.entry import EntryForm
from ims_wagtail.checkout.models import AnswerFile, UnfinishedEntry
from ims_wagtail.checkout.page_facts import PageFacts
from ims_wagtail.checkout.unfinished import forget
from ims_wagtail.notifications.services import queue_email

from .emails import APPLIED
from .models import Application
from .selectors import email_in


@transaction.atomic
def apply(
    *,
    entry: UnfinishedEntry,
    form: EntryForm,
    page: PageFacts,
    language: str,
    site_id: int | None,
    by: Any,
) -> Application:
    """Keep what a valid form holds as an application, and confirm it by e-mail.

    ``entry`` is what was typed, which goes. ``by`` is who was signed in, who must not decide.
    """
    if form.checked is None:
        raise ValueError("the form is not valid")
    person = by if by.is_authenticated else None
    application, is_new = Application.objects.get_or_create(
        key=entry.pk,
        defaults={
            "payment_type": form.payment_type,
            "page_id": page.id,
            "page_title": page.title,
            "site_id": site_id,
            "reference": form.checked.reference,
            "amount": form.checked.amount,
            "amount_basis": dict(form.amount_basis),
            "answers": form.answers,
            "answer_days": page.answer_days,
            "email": email_in(form.answers),
            "language": language,
            "applied_by": person,
        },
    )
    if is_new:
        AnswerFile.objects.filter(pk__in=file_keys(form.answers)).update(application=entry.pk)
        forget(entry)
        queue_email(
            kind=APPLIED,
            source=f"application:{application.pk}",
            recipient=application.email,
            language=language,
            parameters={"application_id": application.pk},
        )
        if person is not None:
            audit.record(user=person, action="apply", obj=application, fund=application.fund_id)
    return application

"""Reading applications, and whether something can be applied for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from ims_wagtail.access.models import GroupFund
from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.keeping import kept_for
from ims_wagtail.checkout.questions import Answer, Question
from ims_wagtail.checkout.requests.models import RequestToPay
from ims_wagtail.checkout.requests.selectors import to_be_paid
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import PaymentType

from .enums import ApplicationState
from .models import Application


DECIDE = "ims_requests.decide_application"
#: Nobody should have to wait longer to hear about an application.
LONG_DAYS = 14


def application_of(key: str) -> Application | None:
    """Return what was sent from a form, ``None`` when it wasn't, or the key is none of ours."""
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return Application.objects.select_related("payment_type").filter(key=wanted).first()


def asks_email(questions: Sequence[Question]) -> bool:
    """Say whether everybody who answers gives an e-mail address, to which a link can be sent."""
    return any(
        question.kind == QuestionKind.EMAIL and question.required and question.when is None
        for question in questions
    )


def email_in(answers: Sequence[Answer]) -> str:
    """Return the first e-mail address among answers."""
    given = (each["value"] for each in answers if each["kind"] == QuestionKind.EMAIL)
    return next(filter(None, given), "")


def is_looked_up(payment_type: PaymentType) -> bool:
    """Say whether the amount is what an account owes when it is paid: nobody decides about it."""
    return payment_type.amount_source == AmountSource.BALANCE


def is_own(application: Application, *, of: Any) -> bool:
    """Say whether a person of staff sent an application themselves, as far as can be known."""
    email = application.email.casefold()
    has_sent = application.applied_by_id is not None and application.applied_by_id == of.pk
    return has_sent or (bool(email) and email == (of.email or "").casefold())


def has_officer(fund_id: int) -> bool:
    """Say whether anybody decides about applications in a fund; administrators don't count.

    They could, on every site, but it isn't their work.
    """
    app_label, codename = DECIDE.split(".")
    groups = GroupFund.objects.filter(
        Q(fund=fund_id) | Q(fund=None),
        group__permissions__content_type__app_label=app_label,
        group__permissions__codename=codename,
    )
    people = get_user_model()._default_manager.filter(is_active=True)
    return people.filter(groups__in=groups.values("group")).exists()


def waiting() -> QuerySet[Application]:
    """Return what nobody has decided about."""
    return Application.objects.filter(state=ApplicationState.WAITING)


def waiting_long() -> QuerySet[Application]:
    """Return what nobody has decided about for longer than anybody should wait."""
    return waiting().filter(applied_at__lt=timezone.now() - timedelta(days=LONG_DAYS))


def to_be_erased() -> QuerySet[Application]:
    """Return those that were decided long enough ago and can't be paid any more."""
    payable = to_be_paid(RequestToPay.objects.filter(pk=OuterRef("request")))
    return (
        Application.objects.filter(decided_at__isnull=False, erased_at__isnull=True)
        .alias(kept_for=kept_for())
        .filter(~Exists(payable), decided_at__lt=timezone.now() - F("kept_for"))
    )

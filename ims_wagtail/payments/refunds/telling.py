"""What refunds add to the story of a payment."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.story import decisions_told
from ims_wagtail.ledger.story import Asked, Event
from ims_wagtail.money import format_pounds
from ims_wagtail.notifications.selectors import messages_about
from ims_wagtail.payments.enums import RefundState
from ims_wagtail.payments.models import Refund
from ims_wagtail.payments.telling import message_told

from .deciding import batch_subject_of, subject_of
from .posting import source_of


def refunds_told(asked: Asked) -> Iterator[Event]:
    """Tell of refunds of the postings: asking, the decision, sending, and the end; five queries."""
    scope = scope_of(asked.reader, "ims_payments.view_refund")
    if not scope:
        return
    made = asked.numbers("refund")
    refunds = Refund.objects.filter(Q(posting__in=list(asked.postings)) | Q(pk__in=list(made)))
    if not scope.every:
        mine = Refund.objects.filter(lines__transaction__fund__in=scope.fund_ids)
        refunds = refunds.filter(pk__in=mine.values("pk"))
    subjects: dict[str, tuple[str, frozenset[int]]] = {}
    notices = {}
    for refund in refunds.select_related("requested_by", "batch").order_by("pk"):
        about = frozenset({refund.posting_id, made.get(refund.pk, 0)} & asked.postings.keys())
        called = _("Refund %(number)s") % {"number": refund.reference}
        if refund.batch:
            subject = batch_subject_of(refund.batch)
            before = subjects.get(subject, ("", frozenset()))[1]
            subjects[subject] = (_("Refund of many payments"), before | about)
        else:
            subjects[subject_of(refund)] = (called, about)
        notices[f"{source_of(refund)}:notice"] = (refund, called, about)
        yield from _steps(refund, called, about)
    yield from decisions_told(subjects, asked.reader)
    for message in messages_about(list(notices)):
        refund, called, about = notices[message.source]
        yield message_told(
            message,
            called=called,
            posting_ids=about,
            url=reverse("ims_refunds:inspect", args=[refund.pk]),
            names_recipient=any(
                asked.may("ims_ledger.view_payerdetails", posting_id) for posting_id in about
            ),
        )


def _steps(refund: Refund, called: str, about: frozenset[int]) -> Iterator[Event]:
    url = reverse("ims_refunds:inspect", args=[refund.pk])
    words = {"called": called, "amount": format_pounds(refund.amount)}
    yield Event(
        at=refund.requested_at,
        what=(
            _("%(called)s of %(amount)s asked for")
            if refund.requested_by_id
            else _("%(called)s of %(amount)s found at the provider")
        )
        % words,
        posting_ids=about,
        details=tuple(filter(None, [refund.reason, str(refund.get_route_display())])),
        by=name_of(refund.requested_by),
        url=url,
    )
    if refund.sent_at:
        sent = _("%(called)s sent") % words
        yield Event(at=refund.sent_at, what=sent, posting_ids=about, url=url)
    decided = (RefundState.REJECTED, RefundState.WITHDRAWN)
    if refund.finished_at and refund.state not in decided:
        state = RefundState(refund.state).label
        yield Event(
            at=refund.finished_at,
            what=_("%(called)s: %(state)s") % {**words, "state": state},
            posting_ids=about,
            url=url,
        )

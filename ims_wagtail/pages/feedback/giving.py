"""Taking what people say after paying."""

from datetime import timedelta

from django.db import transaction

from ims_wagtail.clock import accounting_date
from ims_wagtail.payments.models import Order

from .models import Feedback, FeedbackGiven


#: Words typed freely may name somebody after all, so none are kept for ever.
KEPT_DAYS = 400


@transaction.atomic
def give_feedback(*, order: Order, page_id: int, score: int, words: str) -> bool:
    """Keep an answer, once for each payment; return whether this one was kept.

    Answers older than ``KEPT_DAYS`` go.
    """
    _given, is_first = FeedbackGiven.objects.get_or_create(order=order)
    if not is_first:
        return False
    today = accounting_date()
    Feedback.objects.create(page_id=page_id, day=today, score=score, words=words)
    Feedback.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()
    return True

"""Erasing answers to the questions of pages once their days have gone by.

The book, the order and its amounts stay as they are: only what people said goes.
"""

from django.db import transaction
from django.db.models import F, JSONField, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils import timezone

from ims_wagtail.payments.enums import OrderState
from ims_wagtail.payments.models import OrderLine

from .answer_files import forget_files
from .keeping import kept_for
from .models import BasketLine
from .requests.applications.erasing import erase_applications


#: So many lines are erased in one transaction.
BATCH = 1000


def forget_old_answers() -> int:
    """Erase the answers of payments and applications whose days have gone by, files too.

    Return of how many.
    """
    count = erase_applications()
    while batch := list(due_lines().order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _erase(batch)
        count += len(batch)
    forget_files()
    return count


def due_lines() -> QuerySet[OrderLine]:
    """Return the lines whose answers have been kept long enough."""
    return (
        OrderLine.objects.exclude(answers=[])
        .alias(since=Coalesce("order__paid_at", "order__created_at"), kept_for=kept_for())
        .filter(since__lt=timezone.now() - F("kept_for"))
    )


@transaction.atomic
def _erase(batch: list[int]) -> None:
    lines = OrderLine.objects.filter(pk__in=batch)
    paid = lines.exclude(order__state=OrderState.UNPAID).values_list("basket_line", flat=True)
    in_baskets = BasketLine.objects.filter(pk__in=list(paid))
    for answered in (lines, in_baskets):
        # A table of rules finds its price by answers, so they stand there once more.
        by_rules = answered.filter(amount_basis__layout__kind="rules")
        by_rules.update(answers=[], amount_basis=_without_answers())
        answered.exclude(answers=[]).update(answers=[])


def _without_answers() -> CombinedExpression:
    nothing = Value({"chosen": {}}, output_field=JSONField())
    return CombinedExpression(F("amount_basis"), "||", nothing, output_field=JSONField())

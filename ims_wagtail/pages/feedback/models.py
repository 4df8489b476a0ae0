"""What people said after paying. It leads to nobody: to a page and a day, and no further."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.payments.models import Order


LONGEST = 500


class Feedback(models.Model):
    """How easy somebody found it to pay on a page. Its key is random, so that it says no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    page_id = models.PositiveBigIntegerField()
    day = models.DateField(_("day"))
    score = models.PositiveSmallIntegerField(_("how easy it was, 1 to 5"))
    words = models.TextField(_("in their words"), max_length=LONGEST, blank=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        default_permissions = ()
        indexes = [models.Index(fields=["page_id", "day"], name="ims_feedback_page")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="ims_feedback_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}/5"


class FeedbackGiven(models.Model):
    """That the question was answered once for a payment; not what was answered."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("answered question")
        verbose_name_plural = _("answered questions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"order {self.order_id}"

"""Many journals asked for at once, by a file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.models import NextReference

from .enums import CorrectionState


class JournalUpload(models.Model):
    """A file of journals: each line is a correction, and all are approved and posted together.

    Triggers keep what was asked for as it was, and its course.
    """

    reference = models.CharField(
        _("upload number"),
        max_length=24,
        unique=True,
        db_default=NextReference("U", "ims_journal_upload_reference"),
    )
    fingerprint = models.CharField(
        max_length=64, help_text=_("Of what the lines say, so that a file is taken in once")
    )
    file_name = models.CharField(_("file"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    lines = models.PositiveIntegerField(_("lines"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(
        _("state"), max_length=10, choices=CorrectionState, default=CorrectionState.WAITING
    )
    funds: models.ManyToManyField = models.ManyToManyField(
        Fund, verbose_name=_("funds"), related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("file of journals")
        verbose_name_plural = _("files of journals")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(lines__gt=0, amount__gt=0), name="ims_journal_upload_moves_money"
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state__in=(CorrectionState.WAITING, CorrectionState.POSTED)),
                name="ims_a_file_of_journals_is_taken_in_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

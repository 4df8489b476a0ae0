"""Many journals asked for at once, by a file."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.models import NextReference

from .base_models import MoneyRequest
from .enums import CorrectionState


class JournalUpload(MoneyRequest):
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
    lines = models.PositiveIntegerField(_("lines"))

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

"""Corrections: money that staff move inside the book, from asking to the posting."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.ledger.models import NextReference, Posting, Transaction

from .base_models import AccountGive, MoneyRequest
from .enums import CorrectionKind, CorrectionState
from .upload_models import JournalUpload


__all__ = ["Correction", "CorrectionGive", "CorrectionTake", "JournalUpload"]


class Correction(MoneyRequest):
    """Money to be moved inside the book, or a posting to be undone.

    Triggers keep what was asked for as it was, that as much is given as is taken, and its course.
    """

    reference = models.CharField(
        _("correction number"),
        max_length=24,
        unique=True,
        db_default=NextReference("C", "ims_correction_reference"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=CorrectionKind)
    undoes = models.ForeignKey(
        Posting,
        models.PROTECT,
        null=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
        help_text=_("The journal or transfer it takes back as a whole"),
    )
    posting = models.OneToOneField(
        Posting, models.PROTECT, null=True, related_name="correction", verbose_name=_("posting")
    )
    upload = models.ForeignKey(
        JournalUpload,
        models.PROTECT,
        null=True,
        related_name="corrections",
        verbose_name=_("file of journals"),
    )
    upload_line = models.PositiveIntegerField(_("line of the file"), null=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        default_permissions = ("view",)
        permissions = [
            ("request_journal", "Can ask for a journal"),
            ("approve_journal", "Can approve a journal"),
            ("request_transfer", "Can ask for a transfer"),
            ("approve_transfer", "Can approve a transfer"),
            ("request_write_off", "Can ask for a write-off"),
            ("approve_write_off", "Can approve a write-off"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_correction_moves_money"),
            models.CheckConstraint(condition=~Q(reason=""), name="ims_correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.POSTED, posting__isnull=False)
                | ~Q(state=CorrectionState.POSTED) & Q(posting__isnull=True),
                name="ims_correction_is_posted_with_a_posting",
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.WAITING, finished_at__isnull=True)
                | ~Q(state=CorrectionState.WAITING) & Q(finished_at__isnull=False),
                name="ims_correction_knows_when_it_was_over",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(state__in=(CorrectionState.WAITING, CorrectionState.POSTED)),
                name="ims_a_posting_is_undone_once",
            ),
        ]
        indexes = [models.Index(fields=["-requested_at", "-id"], name="ims_correction_newest")]

    def __str__(self) -> str:
        return self.reference


class CorrectionTake(models.Model):
    """How much a correction takes off which line of the book."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="takes", db_index=False)
    transaction = models.ForeignKey(
        Transaction, models.PROTECT, db_constraint=False, related_name="correction_takes"
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("line a correction takes from")
        verbose_name_plural = _("lines corrections take from")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "transaction"], name="ims_one_take_a_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_take_takes_money"),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id}/{self.transaction_id}"


class CorrectionGive(AccountGive):
    """How much a correction puts on which account, under which VAT code."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="gives", db_index=False)

    class Meta:
        verbose_name = _("account a correction puts money on")
        verbose_name_plural = _("accounts corrections put money on")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["correction", "number"], name="ims_one_give_a_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_give_gives_money"),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id}/{self.number}"

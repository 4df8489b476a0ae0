"""What staff write on postings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class PostingNote(models.Model):
    """What somebody wrote about a posting. Insert-only, as the book is."""

    posting = models.ForeignKey("ims_ledger.Posting", models.PROTECT, related_name="notes")
    key = models.UUIDField(
        unique=True, help_text=_("Of the form it was written on, so that it is written once")
    )
    text = models.CharField(_("note"), max_length=1000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    at = models.DateTimeField(_("written at"), db_default=Now())

    class Meta:
        verbose_name = _("note on a posting")
        verbose_name_plural = _("notes on postings")
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="ims_posting_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} on posting {self.posting_id}"

"""Files that came in, each from its arrival to what it became."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.imports.enums import OVER_WITHOUT_TRACE, ImportState, OnProblems
from ims_wagtail.ledger.models import Posting

from .types import ImportType


class Import(models.Model):
    """One file. Triggers keep what it was and its course."""

    import_type = models.ForeignKey(
        ImportType, models.PROTECT, related_name="imports", verbose_name=_("import type")
    )
    #: Its name in the private storage; empty once the file was removed.
    stored_as = models.CharField(max_length=120, blank=True)
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    #: Whether the same content is refused while this one stands.
    guarded = models.BooleanField(default=True)
    #: Whether it is posted without a person looking at it, when nothing is wrong.
    at_once = models.BooleanField(default=False)
    reload_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="reloads",
        verbose_name=_("loaded again on purpose; first loaded as"),
    )
    reload_reason = models.CharField(_("why it is loaded again"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.RECEIVED
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("received by"),
    )
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    #: How far it has been read, in bytes and in rows.
    position = models.PositiveBigIntegerField(default=0)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    amount = models.DecimalField(
        _("amount"), max_digits=16, decimal_places=2, default=Decimal("0.00")
    )
    problem_count = models.PositiveIntegerField(_("problems"), default=0)
    account = models.CharField(_("bank account"), max_length=60, blank=True)
    sequence = models.CharField(_("number of the statement"), max_length=40, blank=True)
    opening = models.DecimalField(
        _("opening balance"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    closing = models.DecimalField(
        _("closing balance"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    statement_date = models.DateField(_("date of the statement"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    on_problems = models.CharField(
        _("when rows have problems"), max_length=10, choices=OnProblems, default=OnProblems.REFUSE
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("posted by"),
    )
    posted_at = models.DateTimeField(_("posted at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undo_reason = models.CharField(_("why it was undone"), max_length=200, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    #: Why it stopped, in words.
    failure = models.CharField(_("what went wrong"), max_length=400, blank=True)
    #: The worker that has it, and until when nobody else may take it over.
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ("view", "add")
        permissions = [
            ("undo_import", "Can undo an import"),
            ("reload_import", "Can ask for a file to be loaded again"),
            ("approve_reload_import", "Can approve that a file is loaded again"),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="ims_import_newest"),
            models.Index(
                fields=["import_type", "account", "sequence"],
                condition=~Q(sequence=""),
                name="ims_import_sequence",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(guarded=True) & ~Q(state__in=OVER_WITHOUT_TRACE),
                name="ims_a_file_is_loaded_once",
            ),
            models.CheckConstraint(
                condition=Q(reload_of__isnull=True, reload_reason="")
                | Q(reload_of__isnull=False) & ~Q(reload_reason=""),
                name="ims_reload_says_why",
            ),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=False)
                | ~Q(state__in=(ImportState.POSTED, ImportState.UNDOING, ImportState.UNDONE)),
                name="ims_import_knows_when_it_was_posted",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False, state=ImportState.UNDONE)
                | Q(undone_at__isnull=True) & ~Q(state=ImportState.UNDONE),
                name="ims_import_knows_when_it_was_undone",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """How much of the file has been read."""
        return min(100, self.position * 100 // self.size) if self.size else 100


class ImportPosting(models.Model):
    """A posting that rows of a file became: rows of one day and office, a hundred at most."""

    posting = models.OneToOneField(
        Posting, models.PROTECT, primary_key=True, related_name="import_posting"
    )
    of_import = models.ForeignKey(Import, models.PROTECT, related_name="postings")

    class Meta:
        verbose_name = _("posting of an import")
        verbose_name_plural = _("postings of imports")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.of_import_id}/{self.posting_id}"

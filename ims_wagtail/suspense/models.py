"""Money nobody has matched yet: one item for each line of it, and how items are matched."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.corrections.base_models import AccountGive, MoneyRequest
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.models import NextReference, Posting, Transaction

from .enums import KnownPayerState, NoteKind


class SuspenseItem(models.Model):
    """A line of the book in the suspense fund that corrects nothing.

    The database makes it with its line, whatever wrote that, and keeps ``cleared`` as lines that
    correct it are added. What is left of it is never stored: see ``remaining``.
    """

    transaction = models.OneToOneField(
        Transaction, models.PROTECT, db_constraint=False, related_name="suspense_item"
    )
    # Copies of the line's facts, which never change: by them the list is found and added up.
    fund = models.ForeignKey(
        Fund, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    received_at = models.DateTimeField(_("received"))
    cleared = models.BooleanField(_("cleared"), db_default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    owned_since = models.DateTimeField(_("since"), null=True)
    due = models.DateField(_("due"), null=True)

    class Meta:
        verbose_name = _("suspense item")
        verbose_name_plural = _("suspense items")
        default_permissions = ("view", "change")
        permissions = [
            ("export_suspenseitem", "Can export suspense items"),
            ("allocate_suspenseitem", "Can allocate suspense items"),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="ims_suspense_newest"),
            models.Index(
                fields=["-received_at", "-id"],
                condition=Q(cleared=False),
                name="ims_suspense_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True, owned_since__isnull=True)
                | Q(owner__isnull=False, owned_since__isnull=False),
                name="ims_item_knows_since_when_it_is_owned",
            ),
        ]

    def __str__(self) -> str:
        return self.transaction.reference


class SuspenseNote(models.Model):
    """What somebody found out about an item, or asked its payer. Insert-only."""

    item = models.ForeignKey(SuspenseItem, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind, default=NoteKind.NOTE)
    text = models.CharField(_("note"), max_length=1000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+"
    )
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("note about suspense")
        verbose_name_plural = _("notes about suspense")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="ims_note_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.written_at}"


class Allocation(MoneyRequest):
    """Money of items put where it belongs, or an allocation taken back; from asking to posting.

    Triggers keep what was asked for as it was, that both sides are equal, and its course. One that
    takes another back has no sides of its own: it is the opposite.
    """

    reference = models.CharField(
        _("allocation number"),
        max_length=24,
        unique=True,
        db_default=NextReference("A", "ims_allocation_reference"),
    )
    form_key = models.UUIDField(
        unique=True, help_text=_("Of the form it was filled in by: a second click does nothing")
    )
    amount = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, help_text=_("All that is moved")
    )
    undoes = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    posting = models.OneToOneField(
        Posting,
        models.PROTECT,
        null=True,
        related_name="suspense_allocation",
        verbose_name=_("posting"),
    )

    class Meta:
        verbose_name = _("suspense allocation")
        verbose_name_plural = _("suspense allocations")
        default_permissions = ("view",)
        permissions = [("approve_allocation", "Can approve an allocation of suspense")]
        indexes = [models.Index(fields=["-requested_at", "-id"], name="ims_allocation_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_allocation_moves_money"),
            models.CheckConstraint(condition=~Q(reason=""), name="ims_allocation_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.POSTED, posting__isnull=False)
                | ~Q(state=CorrectionState.POSTED) & Q(posting__isnull=True),
                name="ims_allocation_is_posted_with_a_posting",
            ),
            models.CheckConstraint(
                condition=Q(state=CorrectionState.WAITING, finished_at__isnull=True)
                | ~Q(state=CorrectionState.WAITING) & Q(finished_at__isnull=False),
                name="ims_allocation_knows_when_it_was_over",
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(state__in=(CorrectionState.WAITING, CorrectionState.POSTED)),
                name="ims_an_allocation_is_undone_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class AllocationTake(models.Model):
    """How much an allocation takes of an item; below nothing of money that is owed."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="takes", db_index=False)
    item = models.ForeignKey(SuspenseItem, models.PROTECT, related_name="takes")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("item an allocation takes from")
        verbose_name_plural = _("items allocations take from")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["allocation", "item"], name="ims_one_take_an_item"),
            models.CheckConstraint(condition=~Q(amount=0), name="ims_allocation_takes_money"),
        ]

    def __str__(self) -> str:
        return f"{self.allocation_id}/{self.item_id}"


class AllocationGive(AccountGive):
    """How much an allocation puts on which account; below nothing it is a credit note."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="gives", db_index=False)

    class Meta:
        verbose_name = _("account an allocation puts money on")
        verbose_name_plural = _("accounts allocations put money on")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["allocation", "number"], name="ims_one_given_line_a_number"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="ims_allocation_gives_money"),
        ]

    def __str__(self) -> str:
        return f"{self.allocation_id}/{self.number}"


class KnownPayer(models.Model):
    """A payer by the name the bank gives, and the account they mean. It takes two people."""

    name = models.CharField(
        _("name at the bank"), max_length=100, help_text=_("In capitals, words and figures only")
    )
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    account_reference = models.CharField(_("account reference"), max_length=36)
    state = models.CharField(
        _("state"), max_length=10, choices=KnownPayerState, default=KnownPayerState.WAITING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    requested_at = models.DateTimeField(_("proposed at"), db_default=Now())

    class Meta:
        verbose_name = _("known payer")
        verbose_name_plural = _("known payers")
        default_permissions = ("view",)
        permissions = [
            ("propose_knownpayer", "Can propose known payers, and have them forgotten"),
            ("approve_knownpayer", "Can approve known payers"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "fund", "account_reference"],
                condition=Q(state__in=(KnownPayerState.WAITING, KnownPayerState.IN_USE)),
                name="ims_a_payer_is_known_once",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(account_reference=""), name="ims_known_payer_has_both"
            ),
        ]

    def __str__(self) -> str:
        return self.name

"""What was asked for, who decided, and up to what amounts people may."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund

from . import kinds
from .enums import DECIDED_BY_ANOTHER, GOES_AHEAD, ApprovalState


class Approval(models.Model):
    """Something one person asked for, and what became of it.

    Triggers keep what was asked for as it was, let only what waits be decided, and keep it for
    good.
    """

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(
        max_length=80, help_text=_("The one thing it is about, such as refund:12")
    )
    title = models.CharField(_("what"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=500)
    funds: models.ManyToManyField = models.ManyToManyField(
        Fund, through="ApprovalFund", verbose_name=_("funds"), related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ApprovalState, default=ApprovalState.WAITING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="") & ~Q(subject="") & ~Q(title="") & ~Q(reason=""),
                name="ims_approval_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="ims_approval_amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("requested_by")), name="ims_nobody_approves_their_own"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False, state__in=DECIDED_BY_ANOTHER)
                | Q(decided_by__isnull=True) & ~Q(state__in=DECIDED_BY_ANOTHER),
                name="ims_approval_names_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, state=ApprovalState.WAITING)
                | Q(decided_at__isnull=False) & ~Q(state=ApprovalState.WAITING),
                name="ims_approval_knows_when_it_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(note="") | ~Q(state=ApprovalState.REJECTED),
                name="ims_rejection_says_why",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(state__in=(ApprovalState.WAITING, *GOES_AHEAD)),
                name="ims_a_subject_is_approved_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="ims_approval_newest"),
            models.Index(fields=["subject"], name="ims_approval_subject"),
            models.Index(
                fields=["expires_at"], condition=Q(state="waiting"), name="ims_approvals_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_name(self) -> Any:
        """The kind in words."""
        return kinds.name_of(self.kind)

    @property
    def is_overdue(self) -> bool:
        """Whether it still waits though its days have gone by."""
        return self.state == ApprovalState.WAITING and self.expires_at <= timezone.now()


class ApprovalFund(models.Model):
    """A fund that a request is about. Whoever decides needs the right in every one of them."""

    approval = models.ForeignKey(Approval, models.PROTECT, db_index=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("fund of an approval")
        verbose_name_plural = _("funds of approvals")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "fund"], name="ims_a_fund_once_in_an_approval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id}/{self.fund_id}"


class ApprovalLimit(models.Model):
    """Up to what amounts a group's members act alone and approve, for one kind.

    Without one, they never act alone and approve any amount.
    """

    kind = models.CharField(_("kind"), max_length=40)
    group = models.ForeignKey(
        Group, models.CASCADE, related_name="ims_approval_limits", verbose_name=_("group")
    )
    alone_up_to = models.DecimalField(
        _("may act alone up to"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("In pounds. 0 means never: a second person always decides."),
    )
    approve_up_to = models.DecimalField(
        _("may approve up to"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("In pounds. Leave empty for any amount."),
    )

    class Meta:
        verbose_name = _("approval limit")
        verbose_name_plural = _("approval limits")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "group"],
                name="ims_one_limit_a_kind_and_group",
                violation_error_message=_("This group has a limit of this kind already."),
            ),
            models.CheckConstraint(
                condition=Q(alone_up_to__gte=0)
                & (Q(approve_up_to__isnull=True) | Q(approve_up_to__gte=0)),
                name="ims_approval_limits_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_name}: {self.group}"

    @property
    def kind_name(self) -> Any:
        """The kind in words."""
        return kinds.name_of(self.kind)

"""Which groups work in which funds, what a person may use, and what staff changed."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, MethodOfPayment, Office

from .log_models import AuditLink, ReadEntry, ReadWhat, UnsealedEntry


__all__ = [
    "AuditEntry",
    "AuditLink",
    "GroupFund",
    "ReadEntry",
    "ReadWhat",
    "SavedList",
    "SignInFailure",
    "StaffProfile",
    "UnsealedEntry",
]


class GroupFund(models.Model):
    """A group's permissions hold in this fund; without a fund they hold in every one.

    A person may do something in a fund when one of their groups has both the permission and the
    fund. Permissions of one group never borrow the funds of another.
    """

    group = models.ForeignKey(Group, models.CASCADE, related_name="ims_funds")
    fund = models.ForeignKey(
        Fund, models.CASCADE, null=True, blank=True, help_text=_("Leave empty for all funds")
    )

    class Meta:
        verbose_name = _("fund of a group")
        verbose_name_plural = _("funds of groups")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "fund"],
                nulls_distinct=False,
                name="ims_one_grant_a_group_and_fund",
            ),
        ]

    def __str__(self) -> str:
        fund = self.fund or _("all funds")
        return f"{self.group}: {fund}"


class StaffProfile(models.Model):
    """Where a member of staff works, what they may use there, and when their account runs out.

    Everybody who can sign in has one: it is made together with the user.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="ims_profile"
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        verbose_name=_("office"),
        null=True,
        blank=True,
        help_text=_("Where this person works. It is noted with the money they take."),
    )
    offices = models.ManyToManyField(
        Office,
        verbose_name=_("other offices"),
        blank=True,
        related_name="+",
        help_text=_("Other offices this person may take money for."),
    )
    methods = models.ManyToManyField(
        MethodOfPayment,
        verbose_name=_("methods of payment"),
        blank=True,
        related_name="+",
        help_text=_("How this person may take money."),
    )
    expiry_days = models.PositiveSmallIntegerField(
        _("days until the account is disabled"),
        default=90,
        validators=[MinValueValidator(1)],
        help_text=_("So many days without signing in disable the account."),
    )
    enabled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        default_permissions = ("view", "change")
        permissions = [("export_staffprofile", "Can export the access review")]

    def __str__(self) -> str:
        return str(self.user)


class SavedList(models.Model):
    """A list as somebody narrowed it, kept under a name; others see its name if it is shared.

    Only the question is kept: everybody who opens it sees the rows of their own funds.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="ims_saved_lists"
    )
    screen = models.CharField(max_length=100, help_text=_("The name of the list's address"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, blank=True)
    shared = models.BooleanField(_("shared with everybody who sees this list"), default=False)

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "screen", "name"], name="ims_one_saved_list_a_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="ims_saved_list_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """A wrong password, counted for a while against the name typed or the address it came from."""

    #: A keyed hash: people type passwords into the box for names.
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        default_permissions = ()
        indexes = [models.Index(fields=["key", "at"], name="ims_sign_in_failures")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at}"


class AuditEntry(models.Model):
    """One change made by a person, with what stood there before and after. Insert-only.

    Its link in the chain (``chain``) shows if it was changed all the same.
    """

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    user_name = models.CharField(max_length=150)
    action = models.CharField(max_length=50)
    object_type = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    fund = models.ForeignKey(
        Fund, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["object_type", "object_id"], name="ims_audit_object")]
        constraints = [
            models.CheckConstraint(condition=~Q(action=""), name="ims_audit_names_its_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

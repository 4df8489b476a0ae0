"""What a resident applied for, with all they answered, and what an officer decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import PaymentType

from .enums import ApplicationState


#: The longest reason or message of an officer; a request to pay holds as much.
WORDS_LENGTH = 500


class Application(models.Model):
    """An application to pay for one thing. Triggers keep what was sent and what was decided.

    An approved one has a request to pay, by which it is paid.
    """

    key = models.UUIDField(
        unique=True,
        help_text=_("Of the form it was sent from, so that it is sent once; reaches its page"),
    )
    payment_type = models.ForeignKey(
        PaymentType, models.PROTECT, related_name="+", verbose_name=_("payment type")
    )
    page_id = models.PositiveBigIntegerField(help_text=_("The page it was filled in on"))
    page_title = models.CharField(_("page"), max_length=255)
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        help_text=_("Whose name stands on its e-mails; the default site's if none"),
    )
    reference = models.CharField(_("account reference"), max_length=36)
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        help_text=_("What it came to when it was sent"),
    )
    amount_basis = models.JSONField(
        default=dict, help_text=_("How the page laid the amount out and what was chosen")
    )
    answers = models.JSONField(
        default=list, help_text=_("Each question as it was asked, with its answer")
    )
    answer_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days the page wants answers kept")
    )
    email = models.EmailField(_("email address"), blank=True)
    language = models.CharField(_("language of the applicant"), max_length=10)
    applied_at = models.DateTimeField(_("sent"), db_default=Now())
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("sent by"),
        help_text=_("The member of staff who was signed in, if one was"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState, default=ApplicationState.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.CharField(_("what the applicant is told"), max_length=WORDS_LENGTH, blank=True)
    request = models.OneToOneField(
        "ims_requests.RequestToPay",
        models.PROTECT,
        null=True,
        related_name="application",
        verbose_name=_("request to pay"),
    )
    erased_at = models.DateTimeField(_("answers erased"), null=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        default_permissions = ("view",)
        permissions = [
            ("decide_application", "Can approve and refuse applications"),
            ("export_application", "Can download applications"),
        ]
        indexes = [
            # Those that wait first, the oldest of them before the others.
            models.Index(
                F("decided_at").desc(nulls_first=True),
                "applied_at",
                "id",
                name="ims_application_list",
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(decided_at__isnull=False, erased_at__isnull=True),
                name="ims_application_kept",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_application_is_for_money"),
            models.CheckConstraint(
                condition=Q(
                    state="waiting",
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    request__isnull=True,
                    erased_at__isnull=True,
                )
                | Q(
                    state="approved",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    request__isnull=False,
                )
                | Q(
                    state="refused",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    request__isnull=True,
                ),
                name="ims_application_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason="") | Q(erased_at__isnull=False),
                name="ims_application_is_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(applied_by__isnull=True)
                | ~Q(decided_by=F("applied_by")),
                name="ims_nobody_decides_their_own_application",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(answers=[], amount_basis={}, email="", reason=""),
                name="ims_application_is_erased_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"A{self.pk}"

    @property
    def fund_id(self) -> int:
        """The fund it is for: the payment type's."""
        return self.payment_type.fund_id

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided about it."""
        return self.state == ApplicationState.WAITING

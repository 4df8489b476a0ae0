"""What was asked of whom. Who was asked stands apart, so that it can be erased."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType

from .applications.models import Application
from .tokens import KEY_LENGTH, new_key, token_of


__all__ = ["Application", "RequestFile", "RequestRecipient", "RequestToPay", "RequestUse"]

MESSAGE_LENGTH = 500


class RequestFile(models.Model):
    """A file of which every row becomes a request; none can be used before all are made."""

    #: Of the form it was confirmed on, so that it is made once.
    key = models.UUIDField(unique=True)
    payment_type = models.ForeignKey(
        PaymentType, models.PROTECT, related_name="+", verbose_name=_("payment type")
    )
    file_name = models.CharField(_("file"), max_length=200)
    rows = models.JSONField(
        default=list, help_text=_("What is still to be made of it, personal data included")
    )
    count = models.PositiveIntegerField(_("requests"))
    done = models.PositiveIntegerField(_("made so far"), default=0)
    single_use = models.BooleanField(_("can be paid once only"), default=True)
    language = models.CharField(_("language of the payers"), max_length=10)
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Whose name and address stand in it; the default site's if none"),
    )
    and_send = models.BooleanField(_("sent by email"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    made_at = models.DateTimeField(_("uploaded"), db_default=Now())
    heard_of_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(_("all made"), null=True)

    class Meta:
        verbose_name = _("file of requests to pay")
        verbose_name_plural = _("files of requests to pay")
        default_permissions = ("view",)
        permissions = [("export_requestfile", "Can download files of requests to pay")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("count")), name="ims_request_file_makes_its_rows"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(done=F("count"), rows=[]),
                name="ims_request_file_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"F{self.pk}"

    @property
    def fund_id(self) -> int:
        """The fund it is for: the payment type's."""
        return self.payment_type.fund_id


class RequestToPay(models.Model):
    """A link that asks to pay for one thing. What it asks for is frozen by a trigger.

    Whether it is paid is never written here: the orders made by it say so.
    """

    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key, editable=False)
    payment_type = models.ForeignKey(
        PaymentType, models.PROTECT, related_name="+", verbose_name=_("payment type")
    )
    page_id = models.PositiveBigIntegerField(
        null=True, help_text=_("The page whose questions are asked")
    )
    reference = models.CharField(
        _("account reference"),
        max_length=36,
        blank=True,
        help_text=_("Empty where the payer types it"),
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text=_("Empty where the payer types it, or a price decides"),
    )
    single_use = models.BooleanField(_("can be paid once only"), default=True)
    language = models.CharField(_("language of the payer"), max_length=10)
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Whose name and address stand in it; the default site's if none"),
    )
    expires_at = models.DateTimeField(_("open until"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), db_default=Now())
    file = models.ForeignKey(
        RequestFile,
        models.PROTECT,
        null=True,
        related_name="requests",
        verbose_name=_("file"),
        help_text=_("Which it was made from"),
    )
    file_row = models.PositiveIntegerField(_("row of the file"), null=True)
    needs_approval = models.BooleanField(_("waits for approval"), default=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    opened_at = models.DateTimeField(_("first opened"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    sendings = models.PositiveSmallIntegerField(_("sent how often"), default=0)
    sent_at = models.DateTimeField(_("last sent"), null=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    claimed_by = models.UUIDField(
        null=True, help_text=_("The basket line that is being ordered for it at the moment")
    )
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request to pay")
        verbose_name_plural = _("requests to pay")
        default_permissions = ("view", "add", "change")
        permissions = [
            ("approve_requesttopay", "Can approve requests to pay of others"),
            ("export_requesttopay", "Can download requests to pay"),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="ims_request_made"),
            models.Index(fields=["expires_at"], name="ims_request_expires"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="ims_request_asks_for_money",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="ims_request_is_open_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(
                    ~Q(approved_by=F("made_by")),
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    needs_approval=True,
                ),
                name="ims_nobody_approves_their_own_request",
            ),
            models.CheckConstraint(
                condition=Q(needs_approval=False)
                | Q(approved_at__isnull=False)
                | Q(opened_at__isnull=True, sendings=0, claimed_by__isnull=True),
                name="ims_request_waits_for_its_approval",
            ),
            models.UniqueConstraint(
                fields=["file", "file_row"], name="ims_one_request_a_row_of_a_file"
            ),
        ]

    def __str__(self) -> str:
        return f"Q{self.pk}"

    @property
    def fund_id(self) -> int:
        """The fund it is for: the payment type's."""
        return self.payment_type.fund_id

    @property
    def token(self) -> str:
        """What stands in its address."""
        return token_of(self.key)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody else has to approve it before it can be used."""
        return self.needs_approval and self.approved_at is None

    @property
    def last_day(self) -> date:
        """The last day, in Europe/London, on which it can be paid."""
        return accounting_date(self.expires_at - timedelta(seconds=1))

    @property
    def is_expired(self) -> bool:
        """Whether its last day is over."""
        return self.expires_at <= timezone.now()


class RequestRecipient(models.Model):
    """Who was asked, and what was written to them: personal data."""

    request = models.OneToOneField(
        RequestToPay, models.CASCADE, primary_key=True, related_name="recipient"
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    message = models.CharField(_("message"), max_length=MESSAGE_LENGTH, blank=True)
    no_reminders = models.BooleanField(_("wants no reminders"), default=False)

    class Meta:
        verbose_name = _("person asked to pay")
        verbose_name_plural = _("people asked to pay")
        default_permissions = ()

    def __str__(self) -> str:
        return f"recipient of request {self.request_id}"


class RequestUse(models.Model):
    """A basket line that was made by a request. Orders know the line, so they know the request."""

    request = models.ForeignKey(RequestToPay, models.CASCADE, related_name="uses")
    basket_line = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("use of a request to pay")
        verbose_name_plural = _("uses of requests to pay")
        default_permissions = ()

    def __str__(self) -> str:
        return f"use of request {self.request_id}"

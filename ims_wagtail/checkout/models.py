"""The basket: what a resident means to pay. It lasts days, then goes; what was paid is an order."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.enums import ReferenceSource
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.wording import service_name
from ims_wagtail.payments.models import Order

from .enums import CopyRoute


#: A longer address of a page is not remembered.
LONGEST_ADDRESS = 255


class Basket(models.Model):
    """A resident's basket, reached by a token in a cookie, with the details they gave so far."""

    token = models.UUIDField(default=uuid.uuid4, unique=True)
    version = models.PositiveIntegerField(
        default=1, help_text=_("Goes up with every change, so that another tab's change is noticed")
    )
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address_line_1 = models.CharField(max_length=80, blank=True)
    address_line_2 = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    details_given = models.BooleanField(default=False)
    services_url = models.CharField(
        max_length=LONGEST_ADDRESS,
        blank=True,
        help_text=_("Where the resident finds more to pay for"),
    )
    removed = models.JSONField(
        default=list,
        help_text=_(
            "Lines taken out because they can't be paid any more, told until the next change"
        ),
    )
    updated_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        default_permissions = ()

    def __str__(self) -> str:
        return f"basket {self.pk}"


class BasketLine(models.Model):
    """One thing to pay. Names, prices and VAT are the payment type's until it is ordered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    payment_type = models.ForeignKey(PaymentType, models.CASCADE, related_name="+")
    account_reference = models.CharField(max_length=36)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    answers = models.JSONField(
        default=list, help_text=_("Each question as it was asked, with its answer")
    )
    answer_days = models.PositiveSmallIntegerField(
        null=True, help_text=_("How many days the page wants answers kept")
    )
    amount_basis = models.JSONField(
        default=dict,
        help_text=_("How the page lays the amount out and what was chosen; empty where it doesn’t"),
    )
    page_id = models.PositiveBigIntegerField(null=True)
    page_title = models.CharField(max_length=255, blank=True)
    confirmation = models.TextField(blank=True)

    #: Whether a request to pay made it, where the selectors read the line.
    is_asked: bool
    #: Whether an officer approved it as it is, where the selectors read the line.
    is_applied_for = False

    class Meta:
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        default_permissions = ()
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="ims_basket_line_asks_for_money"
            ),
        ]

    def __str__(self) -> str:
        return f"basket line {self.pk}"

    #: What it came to when it was added, where prices have made it something else since.
    added_amount: Decimal | None = None

    @property
    def description(self) -> str:
        """What is paid for, in the reader's language."""
        return service_name(self.payment_type)

    @property
    def has_fixed_reference(self) -> bool:
        """Everybody who pays this pays the same account, so its reference says nothing."""
        return self.payment_type.reference_source == ReferenceSource.FIXED


class UnfinishedEntry(models.Model):
    """What was typed on a page that asks in several steps, before it becomes a line."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    basket = models.ForeignKey(Basket, models.CASCADE, related_name="unfinished")
    line = models.ForeignKey(
        BasketLine,
        models.CASCADE,
        null=True,
        related_name="+",
        help_text=_("The line that it changes; none before there is one"),
    )
    typed = models.JSONField(
        default=dict, help_text=_("By step, as it was posted: values by the names of controls")
    )
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("unfinished entry")
        verbose_name_plural = _("unfinished entries")
        default_permissions = ()

    def __str__(self) -> str:
        return f"unfinished entry {self.pk}"


class AnswerFile(models.Model):
    """A file that answers a question of a page. What it holds is in private storage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    basket = models.ForeignKey(Basket, models.SET_NULL, null=True, related_name="files")
    basket_line = models.UUIDField(
        null=True, db_index=True, help_text=_("The line it was sent for, in a basket and in orders")
    )
    application = models.UUIDField(
        null=True, db_index=True, help_text=_("The key of the application it was sent with")
    )
    name = models.CharField(max_length=100, help_text=_("As the sender called it"))
    content_type = models.CharField(max_length=100, help_text=_("By what stands in it"))
    size = models.PositiveIntegerField(help_text=_("In bytes"))
    stored_as = models.CharField(max_length=255)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ReceiptCopy(models.Model):
    """A copy of a receipt that staff made. Insert-only: who made it stands on the copy itself."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="receipt_copies")
    key = models.UUIDField(
        unique=True, help_text=_("Of the form it was asked for on, so that it is made once")
    )
    route = models.CharField(_("how"), max_length=10, choices=CopyRoute)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    class Meta:
        verbose_name = _("copy of a receipt")
        verbose_name_plural = _("copies of receipts")
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return f"copy {self.pk} of the receipt of order {self.order_id}"

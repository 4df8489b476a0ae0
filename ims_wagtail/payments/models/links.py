"""Links to orders that staff sent to payers."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .orders import Order


class PaymentLink(models.Model):
    """A link to an order's own page, sent by e-mail. A new payment begins by it only while open."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="link")
    sent_at = models.DateTimeField(_("sent"))
    sendings = models.PositiveSmallIntegerField(_("sent how often"), default=1)
    expires_at = models.DateTimeField(_("open until"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("payment link")
        verbose_name_plural = _("payment links")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")),
                name="ims_payment_link_is_open_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"link to order {self.order_id}"

    @property
    def is_cancelled(self) -> bool:
        """Whether staff took it back. That is for good."""
        return self.cancelled_at is not None

    @property
    def is_expired(self) -> bool:
        """Whether its time is over. Sending it again opens it once more."""
        return timezone.now() >= self.expires_at

    @property
    def is_closed(self) -> bool:
        """Whether no new payment may be begun by it."""
        return self.is_cancelled or self.is_expired

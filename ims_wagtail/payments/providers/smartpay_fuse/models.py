"""What has to be remembered of a payment until its form has been sent; no personal data."""

import uuid

from django.db import models
from django.db.models.functions import Now


class FusePayment(models.Model):
    """One payment that a payer may take to Smartpay Fuse, with the last word of its replies.

    Smartpay Fuse knows of a payment only once a card has been typed. Its key is both the address
    of our page with the form and what Smartpay Fuse tells a repeated form by.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=40, unique=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    return_url = models.URLField(max_length=500)
    webhook_url = models.URLField(max_length=500)
    language = models.CharField(max_length=10)
    telephone = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    cancelled_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="ims_fuse_asks_money"),
        ]

    def __str__(self) -> str:
        return self.reference

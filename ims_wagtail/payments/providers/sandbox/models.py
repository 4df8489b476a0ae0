"""What the pretend provider knows; our own side never reads these tables."""

import uuid

from django.db import models
from django.db.models.functions import Now


class SandboxPayment(models.Model):
    """One payment at the pretend provider."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=40, db_index=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    taken = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    description = models.CharField(max_length=255)
    return_url = models.URLField(max_length=500)
    webhook_url = models.URLField(max_length=500)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=20, default="created")
    next_state = models.CharField(max_length=20, blank=True)
    next_state_at = models.DateTimeField(null=True)
    card_brand = models.CharField(max_length=30, blank=True)
    card_last_four = models.CharField(max_length=4, blank=True)
    paid_at = models.DateTimeField(null=True)
    refunds_closed = models.BooleanField(default=False)
    telephone = models.BooleanField(default=False)
    delayed_capture = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class SandboxRefund(models.Model):
    """One refund at the pretend provider, asked for by us or made in its console."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    payment = models.ForeignKey(SandboxPayment, models.CASCADE, related_name="refunds")
    reference = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField(max_length=20)
    next_state = models.CharField(max_length=20, blank=True)
    next_state_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.payment_id} {self.amount} {self.state}"

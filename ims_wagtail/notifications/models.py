"""The outbox: a message is a row written with the change it tells of, and is sent afterwards."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """How far a message has come."""

    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


class Message(models.Model):
    """One e-mail. Its words are rendered when it is sent, from records that no longer change."""

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=80, unique=True)
    recipient = models.EmailField(blank=True, help_text=_("Erased when no longer needed"))
    language = models.CharField(max_length=10)
    parameters = models.JSONField(default=dict, help_text=_("Record ids only, no personal data"))
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="queued"), name="ims_messages_to_send"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"

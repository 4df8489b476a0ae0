"""Reading the outbox."""

from collections.abc import Collection

from .models import Message


def messages_about(sources: Collection[str]) -> list[Message]:
    """Return the messages queued for any of the sources, in the order they were queued."""
    if not sources:
        return []
    return list(Message.objects.filter(source__in=list(sources)).order_by("pk"))

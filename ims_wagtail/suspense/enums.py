"""Choices of the suspense room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Show(TextChoices):
    """Which items a list shows; those with money left when nothing is chosen."""

    UNTOUCHED = "untouched", _("Nothing allocated yet")
    PART = "part", _("Part allocated")
    HELD = "held", _("Something under way")
    CLEARED = "cleared", _("Cleared")
    ALL = "all", _("All")


class Age(TextChoices):
    """How long money has been in suspense, in whole days."""

    WEEK = "0-7", _("0 to 7 days")
    MONTH = "8-30", _("8 to 30 days")
    QUARTER = "31-90", _("31 to 90 days")
    OLDER = "91", _("Over 90 days")


class Due(TextChoices):
    """When something has to have happened."""

    OVERDUE = "overdue", _("Overdue")
    WEEK = "week", _("In the next 7 days")
    NONE = "none", _("No due date")


class NoteKind(TextChoices):
    """What a note is."""

    NOTE = "note", _("Note")
    QUESTION = "question", _("Question to the payer, by e-mail")


class KnownPayerState(TextChoices):
    """Where the memory of a payer stands. Only one in use makes suggestions."""

    WAITING = "waiting", _("Waiting for approval")
    IN_USE = "in_use", _("In use")
    REFUSED = "refused", _("Not approved")
    FORGOTTEN = "forgotten", _("Forgotten")

"""Differences found by a comparison: opened once, and closed when they are gone or explained."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.payments.enums import DifferenceKind
from ims_wagtail.payments.models import Comparison, Difference


if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Found:
    """One thing the provider tells otherwise than we do; amounts in pounds."""

    kind: DifferenceKind
    provider_id: str
    reference: str = ""
    is_refund: bool = False
    attempt_id: int | None = None
    refund_id: int | None = None
    their_amount: Decimal | None = None
    our_amount: Decimal | None = None
    their_state: str = ""
    our_state: str = ""


class NotExplained(ValueError):
    """A difference is closed only with words that explain it."""


class AlreadyClosed(ValueError):
    """Somebody closed this difference before."""


def open_differences(*, comparison: Comparison, found: Sequence[Found]) -> None:
    """Keep what a comparison found; what it found before and no longer finds is closed.

    A thing that is open already, from this day or another, keeps its owner and gets the new facts.
    Runs inside the caller's transaction.
    """
    still = set()
    for what in found:
        key = {
            "account": comparison.account,
            "is_refund": what.is_refund,
            "provider_id": what.provider_id,
        }
        facts = {name: value for name, value in asdict(what).items() if name not in key}
        difference = Difference.objects.filter(**key, closed_at__isnull=True).first()
        if difference is None:
            if _explained_before(key, facts):
                continue
            difference = Difference(comparison=comparison, **key)
        for name, value in facts.items():
            setattr(difference, name, value)
        difference.save()
        still.add(difference.pk)
    comparison.differences.filter(closed_at__isnull=True).exclude(pk__in=still).update(
        closed_at=timezone.now(), explanation=_("Gone when the day was compared again")
    )


def _explained_before(key: dict[str, object], facts: dict[str, object]) -> bool:
    """Return whether a person has explained the very same difference; it is not asked again."""
    return Difference.objects.filter(**key, **facts, closed_by__isnull=False).exists()


def take_over(*, difference_id: int, by: "AbstractBaseUser") -> Difference:
    """Make a person the owner of an open difference. Raises ``AlreadyClosed``."""
    with transaction.atomic():
        difference = _open(difference_id)
        before = {"owner": difference.owner_id}
        difference.owner = by  # type: ignore[assignment]
        difference.save(update_fields=["owner"])
        audit.record(
            user=by,
            action="take over difference",
            obj=difference,
            before=before,
            after={"owner": by.pk},
        )
    return difference


def close(*, difference_id: int, by: "AbstractBaseUser", explanation: str) -> Difference:
    """Close a difference with a person's words. Raises ``NotExplained`` or ``AlreadyClosed``."""
    words = explanation.strip()
    if not words:
        raise NotExplained(_("Say what the difference was and what was done about it"))
    with transaction.atomic():
        difference = _open(difference_id)
        difference.owner = difference.owner or by  # type: ignore[assignment]
        difference.closed_by = by  # type: ignore[assignment]
        difference.closed_at = timezone.now()
        difference.explanation = words[:400]
        difference.save(update_fields=["owner", "closed_by", "closed_at", "explanation"])
        audit.record(
            user=by,
            action="close difference",
            obj=difference,
            after={"explanation": difference.explanation},
        )
    return difference


def _open(difference_id: int) -> Difference:
    difference = Difference.objects.select_for_update().get(pk=difference_id)
    if difference.closed_at is not None:
        raise AlreadyClosed(_("Somebody has closed this difference already"))
    return difference

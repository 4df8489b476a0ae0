"""One worker at a time has a file, for a while; whoever is killed loses it to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .enums import AT_WORK, ImportState
from .exceptions import LeaseLost
from .models import Import


#: A worker that was not heard of for so long is taken to be dead.
LEASE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's claim on a file."""

    import_id: int
    token: UUID

    def renew(self, *, state: ImportState, **progress: int) -> None:
        """Say how far the work has come. Raises ``LeaseLost`` when it is not ours any more."""
        held = Import.objects.filter(pk=self.import_id, lease=self.token, state=state)
        if not held.update(leased_until=timezone.now() + LEASE, **progress):
            raise LeaseLost(self.import_id)

    def lock(self, *, state: ImportState) -> Import:
        """Lock the file to the end of the transaction. Raises ``LeaseLost``."""
        held = Import.objects.select_for_update(of=("self",)).select_related("import_type")
        file = held.filter(pk=self.import_id, lease=self.token, state=state).first()
        if file is None:
            raise LeaseLost(self.import_id)
        return file


@transaction.atomic
def claim(import_id: int) -> tuple[Lease, ImportState] | None:
    """Claim a file that has work to be done; ``None`` when there is none or somebody has it.

    A file that was received is being checked from now on.
    """
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    file = (
        Import.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(free, pk=import_id, state__in=AT_WORK)
        .first()
    )
    if file is None:
        return None
    if file.state == ImportState.RECEIVED:
        file.state = ImportState.CHECKING
    file.lease, file.leased_until = uuid4(), now + LEASE
    file.save(update_fields=["state", "lease", "leased_until"])
    return Lease(file.pk, file.lease), ImportState(file.state)

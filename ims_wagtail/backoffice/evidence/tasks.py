"""Background work: making packs, which reads for a while."""

from django_tasks import task

from . import packing


@task()
def make_pack(pack_id: int) -> None:
    """Make the file of a pack that was asked for."""
    packing.make_pack(pack_id=pack_id)

"""Background work of the checkout room."""

from django_tasks import task

from .services import purge_baskets


@task()
def purge_old_baskets() -> int:
    """Delete baskets that nobody touched for days; return how many."""
    return purge_baskets()

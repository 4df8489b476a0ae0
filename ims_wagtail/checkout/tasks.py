"""Background work of the checkout room."""

from django_tasks import task

from .forgetting import forget_old_answers
from .services import purge_baskets


@task()
def purge_old_baskets() -> int:
    """Delete baskets that nobody touched for days; return how many."""
    return purge_baskets()


@task()
def purge_old_answers() -> int:
    """Erase answers whose days have gone by; return of how many lines."""
    return forget_old_answers()

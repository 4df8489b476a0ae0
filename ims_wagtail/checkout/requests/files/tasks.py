"""Background work: making the requests of a file."""

from django_tasks import task

from . import making


@task()
def make_file(file_id: int) -> None:
    """Make what is still to be made of a file."""
    making.make_requests(file_id=file_id)

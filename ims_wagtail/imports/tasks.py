"""Work on files in the background. Losing a task loses nothing: ``ims_run_imports`` goes on."""

from django_tasks import task


@task()
def work_on_import(import_id: int) -> None:
    """Check, post or undo one file, whatever its state asks for."""
    from .working import work_on

    work_on(import_id=import_id)

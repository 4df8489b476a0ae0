"""Ending the work of a process between any two steps, without ending the process.

Nothing after the step happens, what was not committed is rolled back, and nobody hears of it: for
the database and the provider that is what a SIGKILL does. ``killing`` does it with real ones.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.utils.module_loading import import_string
from pytest import MonkeyPatch


#: Every step between two things that are kept: a call to the provider, a commit, a row of the book.
STEPS = (
    "gateway.create",
    "gateway.read",
    "gateway.cancel",
    "gateway.capture",
    "gateway.refund",
    "gateway.read_refund",
    "gateway.refunds_of",
    "gateway.payments_between",
    "gateway.disputes_between",
    "events.store",
    "settling._apply",
    "settling._set_order",
    "settling._write",
    "posting.post",
    "posting.queue_email",
    "posting.reverse",
    "taking_back.post",
    "starting._creation_failed",
    "refunds.sending._claim",
    "refunds.sending.record",
    "refunds.recording._enter",
    "refunds.recording._save",
    "refunds.posting.release",
    "refunds.posting.post",
    "refunds.external._create",
    "refunds.external.record",
    "disputes.polling.post_lost",
    "comparing.compare._keep",
)


class Crashed(BaseException):
    """The process ends here. No code of ours may catch it."""


class Crash:
    """Where the process ends next, if anywhere."""

    def __init__(self, patch: MonkeyPatch) -> None:
        self._at: tuple[str, bool] | None = None
        for step in STEPS:
            path = f"ims_wagtail.payments.{step}"
            patch.setattr(path, self._mortal(step, import_string(path)))

    def at(self, step: str, *, after: bool) -> None:
        """End at the next call of a step: before anything of it is done, or when all of it is."""
        self._at = (step, after)

    def never(self) -> None:
        """Let everything be done to its end."""
        self._at = None

    @contextmanager
    def survived(self) -> Iterator[None]:
        """Go on after what was done in here has ended early."""
        try:
            yield
        except Crashed:
            self.never()

    def _mortal(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def mortal(*args: Any, **kwargs: Any) -> Any:
            if self._at == (step, False):
                raise Crashed
            done = work(*args, **kwargs)
            if self._at == (step, True):
                raise Crashed
            return done

        return mortal

"""Finds staff changes that leave no trace: every test of a screen is a proof that it is audited.

Whatever test posts to one of our staff screens, what that request writes is watched. Rows of ours
that changed without an entry in the audit log make the test fail.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client


_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(ims_\w+)"?', re.IGNORECASE)
_SAVEPOINT = re.compile(r'\s*(SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"?(\w+)"?', re.IGNORECASE)
_LOG = "ims_access_auditentry"

#: What is no change of anything: notes of looks, and what a person has not sent off yet.
DRAFTS = {
    "ims_access_readentry",
    "ims_access_unsealedentry",
    "ims_backoffice_setuppack",
    "ims_backoffice_staffbasket",
    "ims_checkout_basket",
    "ims_checkout_basketline",
    # Made empty by Wagtail when a page first asks for it.
    "ims_ui_councildetails",
}


class _Watch:
    """Which tables a request wrote to, without what it took back."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._savepoints: dict[str, int] = {}

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        words = str(sql)
        if found := _WRITES.match(words):
            self.written.append(found[1])
        elif found := _SAVEPOINT.match(words):
            if found[1].upper() == "SAVEPOINT":
                self._savepoints[found[2]] = len(self.written)
            else:
                del self.written[self._savepoints.get(found[2], 0) :]
        return execute(sql, params, many, context)


@contextmanager
def watched_changes() -> Iterator[list[str]]:
    """Watch every request of test clients; yield a list of the changes that left no trace."""
    silent: list[str] = []
    original = Client.request

    def request(self: Client, **environ: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        # Only inside a test's own transaction are rollbacks seen.
        if not path.startswith("/admin/income") or not connection.in_atomic_block:
            return original(self, **environ)
        watch = _Watch()
        with connection.execute_wrapper(watch):
            response = original(self, **environ)
        changed = set(watch.written) - DRAFTS
        if changed and _LOG not in changed:
            silent.append(f"{environ.get('REQUEST_METHOD')} {path} changed {sorted(changed)}")
        return response

    Client.request = request  # type: ignore[method-assign]
    try:
        yield silent
    finally:
        Client.request = original  # type: ignore[method-assign]

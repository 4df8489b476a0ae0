"""A server on a port of its own that answers, or misbehaves when it is told to."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit


class Fault(Enum):
    """How a service may fail."""

    #: It does what it was asked for, and the answer is lost.
    ANSWER_LOST = auto()
    #: It breaks without doing anything; nobody can tell.
    BREAKS = auto()
    #: It answers something that can't be read.
    GARBAGE = auto()
    #: It refuses, and says so.
    REFUSES = auto()
    #: It no longer takes our key.
    LOCKED_OUT = auto()
    #: It takes no more requests for the moment.
    BUSY = auto()


STATUS = {Fault.BREAKS: 500, Fault.REFUSES: 400, Fault.LOCKED_OUT: 401, Fault.BUSY: 429}


@dataclass(frozen=True)
class Heard:
    """One request as it came in."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Fake:
    """What a fake keeps; each service adds its own memory and ``answer``."""

    refusal: ClassVar[dict[str, Any]] = {}

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    #: How many rows one page of a list has, whatever is asked for.
    page: int = 2

    def answer(self, heard: Heard) -> tuple[int, dict[str, Any]]:
        """Return status and body."""
        raise NotImplementedError

    @contextmanager
    def failing(self, what: str, fault: Fault) -> Iterator[None]:
        """Fail whenever the method and path end so."""
        self.faults[what] = fault
        try:
            yield
        finally:
            del self.faults[what]

    def respond(self, heard: Heard) -> tuple[int, bytes] | None:
        """Return the answer, or ``None`` to hang up."""
        self.heard.append(heard)
        asked = f"{heard.method} {heard.path}"
        fault = next((f for what, f in self.faults.items() if asked.endswith(what)), None)
        if fault == Fault.GARBAGE:
            return 200, b"<html>Please wait"
        if fault in STATUS:
            return STATUS[fault], json.dumps(self.refusal).encode()
        status, said = self.answer(heard)
        if fault == Fault.ANSWER_LOST:
            return None
        return status, json.dumps(said).encode()


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    """Run a fake on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.command, address.path, address.query, headers, body)
            answer = fake.respond(heard)
            if answer is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            status, said = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _any

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""HTTP in front of the stub of GOV.UK Pay."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .faults import DOWNSTREAM, Misbehaviour, Reply
from .operations import Answer, Denied, operation_at
from .specification import Exchange


if TYPE_CHECKING:
    from .stub import Stub

#: Seconds a silent stub keeps a connection, unless the client gives up or the stub ends before.
SILENCE = 20


class Handler(BaseHTTPRequestHandler):
    """One request: misbehave if told to, else do it; note the exchange either way."""

    protocol_version = "HTTP/1.1"
    stub: "Stub"

    def do_GET(self) -> None:
        """Answer a request to read."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a request to do something."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the terminal."""

    def _serve(self) -> None:
        self.close_connection = True
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            operation, names = operation_at(self.command, address.path)
        except LookupError as error:
            self.stub.breaches.append(str(error))
            return
        name = operation.__name__
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = json.loads(body) if body else query
        reply, fault = answer(self.stub, operation, key=key, asked=asked, names=names)
        self.stub.note(
            Exchange(
                method=self.command,
                path=address.path,
                query=query,
                headers=dict(self.headers),
                body=body,
                status=reply.status,
                answer=reply.body,
                operation=name,
            ),
            # What is broken on purpose and says no code is no answer of GOV.UK Pay's.
            answer_too=bool(reply.status) and not (fault.reply and not fault.reply.code),
        )
        if fault.silent:
            self.stub.over.wait(SILENCE)
        elif reply.status:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Connection", "close")
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.retry_after:
            self.send_header("Retry-After", reply.retry_after)
        if reply.body:
            self.send_header("Content-Type", "application/json")
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


def answer(
    stub: "Stub",
    operation: Callable[..., Answer],
    *,
    key: str,
    asked: dict[str, Any],
    names: Mapping[str, str],
) -> tuple[Reply, Misbehaviour]:
    """Do what was asked for, or misbehave; return what comes back, status 0 for nothing at all."""
    name = operation.__name__
    fault = stub.fault(name) or Misbehaviour(accepts=True)
    reply = Reply(0)
    if fault.accepts:
        try:
            reply = _json(*stub.do(operation, key, asked, names))
        except Denied as denied:
            reply = _coded(denied.reply, name)
    if fault.silent or fault.cut_off:
        reply = Reply(0)
    elif fault.reply:
        reply = _coded(fault.reply, name)
    return reply, fault


def _json(status: int, said: Mapping[str, Any] | None) -> Reply:
    return Reply(status, body=b"" if said is None else json.dumps(said).encode())


def _coded(reply: Reply, operation: str) -> Reply:
    """Return a reply with the JSON that belongs to its code."""
    code = DOWNSTREAM[operation] if reply.code == "downstream" else reply.code
    if reply.body or not code:
        return reply
    said = {"code": code, "description": f"The stub was told to answer {code}"}
    if reply.field:
        said["field"] = reply.field
    return replace(reply, code=code, body=json.dumps(said).encode())

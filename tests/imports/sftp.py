"""A real SFTP server over a folder, on this machine only, for the tests."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


PASSPHRASE = "correct horse"


def new_key(passphrase: str = "") -> str:
    """A private key as ``ssh-keygen`` writes it."""
    lock: Any = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, lock
    )
    return made.decode()


def public(private: str, passphrase: str = "") -> paramiko.PKey:
    """The key of a text."""
    return paramiko.Ed25519Key.from_private_key(StringIO(private), passphrase or None)


@dataclass
class Bank:
    """The server of a bank: its files, who may come in, and what it was asked."""

    root: Path
    own_key: paramiko.PKey
    lets_in: paramiko.PKey
    port: int = 0
    opened: list[str] = field(default_factory=list)
    #: Called as a file is opened, before the first byte is read.
    on_open: Any = None

    @property
    def host_key(self) -> str:
        """Its public key as ``known_hosts`` has it."""
        return f"{self.own_key.get_name()} {self.own_key.get_base64()}"


class _Door(paramiko.ServerInterface):
    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        allowed = username == "council" and key == self.bank.lets_in
        return paramiko.AUTH_SUCCESSFUL if allowed else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: _Door, *args: Any, **kwargs: Any) -> None:
        self.bank = server.bank
        super().__init__(server, *args, **kwargs)

    def _path(self, path: str) -> Path:
        return self.bank.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(one.lstat(), one.name)
                for one in self._path(path).iterdir()
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        self.bank.opened.append(path)
        if self.bank.on_open is not None:
            self.bank.on_open()
        try:
            content = self._path(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle: Any = paramiko.SFTPHandle(flags)
        handle.readfile = content
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(os.fstat(content.fileno()))
        return handle

    def remove(self, path: str) -> int:
        try:
            self._path(path).unlink()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK


@contextmanager
def bank_server(root: Path, lets_in: paramiko.PKey) -> Iterator[Bank]:
    """Serve a folder until the block ends."""
    bank = Bank(root, public(new_key()), lets_in)
    listener = socket.create_server(("127.0.0.1", 0))
    bank.port = listener.getsockname()[1]
    transports: list[paramiko.Transport] = []

    def answer() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(bank.own_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files)
            try:
                transport.start_server(server=_Door(bank))
            except (paramiko.SSHException, EOFError):
                # Whoever came did not like the key they were shown.
                continue

    thread = Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield bank
    finally:
        # A thread that waits in accept() wakes up by this alone.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for transport in transports:
            transport.close()
        thread.join()

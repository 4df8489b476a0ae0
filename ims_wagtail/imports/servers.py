"""Talking to servers that files are fetched from: by SFTP, with our key and theirs both known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import paramiko
from django.utils.translation import gettext as _
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

from ims_wagtail.conf import SftpServer, ims_settings

from .exceptions import Unreachable


#: A server that says nothing for so many seconds is taken not to answer.
PATIENCE = 30
_KINDS: tuple[type[paramiko.PKey], ...] = (
    paramiko.Ed25519Key,
    paramiko.ECDSAKey,
    paramiko.RSAKey,
)


@contextmanager
def connected(name: str) -> Iterator[paramiko.SFTPClient]:
    """Give a connection to a server of the settings. Raises ``Unreachable`` whatever goes wrong."""
    server = ims_settings().sftp_servers.get(name)
    if server is None:
        raise Unreachable(_("The settings have no server “%(name)s” any more.") % {"name": name})
    client = paramiko.SSHClient()
    try:
        _connect(client, server)
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        if channel is not None:
            channel.settimeout(PATIENCE)
        yield sftp
    except paramiko.BadHostKeyException as error:
        raise _not_that_server(server) from error
    except paramiko.AuthenticationException as error:
        raise Unreachable(
            _("%(host)s refuses our key. Have the public half of it allowed there.")
            % {"host": server.host}
        ) from error
    except FileNotFoundError as error:
        raise Unreachable(
            _("The folder or file is not there on %(host)s.") % _at(server)
        ) from error
    except PermissionError as error:
        raise Unreachable(_("%(host)s does not let us into the folder.") % _at(server)) from error
    except UnicodeDecodeError as error:
        raise Unreachable(
            _("%(host)s names files in another way than UTF-8.") % _at(server)
        ) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise Unreachable(
            _("%(host)s could not be reached: %(why)s") % {**_at(server), "why": why[:150]}
        ) from error
    finally:
        client.close()


def _connect(client: paramiko.SSHClient, server: SftpServer) -> None:
    known = client.get_host_keys()
    address = server.host if server.port == 22 else f"[{server.host}]:{server.port}"
    for line in server.host_keys:
        try:
            entry = HostKeyEntry.from_line(f"{address} {line}")
        except InvalidHostKey:
            entry = None
        if entry is None or entry.key is None:
            raise Unreachable(
                _("A key of %(host)s in the settings is not one: write it as known_hosts has it.")
                % _at(server)
            )
        known.add(address, entry.key.get_name(), entry.key)
    client.set_missing_host_key_policy(_Pinned(server))
    # No agent and no file of whoever runs the worker: the key of the settings, or none.
    client.connect(
        server.host,
        server.port,
        server.user,
        pkey=_our_key(server),
        allow_agent=False,
        look_for_keys=False,
        timeout=PATIENCE,
        banner_timeout=PATIENCE,
        auth_timeout=PATIENCE,
        channel_timeout=PATIENCE,
    )


def _our_key(server: SftpServer) -> paramiko.PKey:
    for kind in _KINDS:
        try:
            return kind.from_private_key(StringIO(server.key), server.passphrase or None)
        except (paramiko.SSHException, ValueError):
            continue
    raise Unreachable(
        _("Our key for %(host)s can’t be read: it or its passphrase is wrong in the settings.")
        % _at(server)
    )


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Talks to no server that shows a key other than those in the settings."""

    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        raise _not_that_server(self.server)


def _not_that_server(server: SftpServer) -> Unreachable:
    return Unreachable(
        _(
            "%(host)s shows another key than the settings have. Ask its owner for the new key by "
            "another way before you change the settings: somebody may stand in between."
        )
        % _at(server)
    )


def _at(server: SftpServer) -> dict[str, str]:
    return {"host": server.host}

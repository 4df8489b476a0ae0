"""The package's settings: one dict, ``IMS``, read once and typed; secrets from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed


@dataclass(frozen=True, slots=True)
class Credential:
    """What one merchant account needs to talk to its provider. Never stored in the database."""

    api_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    #: What one provider needs and others don't, by the names that its page in the manual gives.
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SftpServer:
    """A server from which files are fetched. Its key never stands in the database."""

    host: str
    user: str
    #: The private key itself, as ``ssh-keygen`` writes it.
    key: str = field(repr=False)
    #: The server's own public keys, as ``known_hosts`` has them: ``ssh-ed25519 AAAA…``. A server
    #: that shows another one is not talked to.
    host_keys: tuple[str, ...]
    port: int = 22
    #: What the private key is encrypted with, if it is.
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ImsSettings:
    """Everything ``IMS`` may hold."""

    #: Where residents reach this site, such as ``https://pay.anyborough.gov.uk``. Addresses given
    #: to providers and put in e-mails start with it; a request's Host header never does.
    base_url: str
    #: Credentials by merchant account code.
    credentials: Mapping[str, Credential] = field(default_factory=dict, repr=False)
    #: Hosts a payment form may lead to, for the Content-Security-Policy's ``form-action``.
    form_action_hosts: tuple[str, ...] = ()
    #: How many lines a basket may hold.
    basket_lines: int = 20
    #: How long an unfinished basket is kept, in days.
    basket_days: int = 7
    #: The most days for which answers to the questions of pages are kept; a page may say fewer.
    answer_days: int = 730
    #: How many megabytes a file that answers a question may have; a question may say fewer.
    answer_file_megabytes: int = 10
    #: The function that looks for viruses in such files before they are kept, by its dotted path.
    file_scanner: str = ""
    #: A payment of the same reference within so many hours asks the resident to confirm.
    duplicate_warning_hours: int = 24
    #: How many days a request waits for its second person before it expires.
    approval_days: int = 14
    #: How many days a payment link that staff sent can be paid by.
    payment_link_days: int = 14
    #: The folder in whose folders, called by the codes of import types, files arrive.
    import_folder: str = ""
    #: Servers from which files are fetched, by the names that import types know them by.
    sftp_servers: Mapping[str, SftpServer] = field(default_factory=dict, repr=False)
    #: How many megabytes a file that comes in may have.
    import_megabytes: int = 500
    #: After how many days a file that came in is removed; its rows stay.
    import_file_days: int = 90
    #: How many days a report that was sent is kept.
    report_days: int = 400


_current: ImsSettings | None = None


def ims_settings() -> ImsSettings:
    """Return the settings. Raises ``ImproperlyConfigured`` naming what is wrong."""
    global _current
    if _current is None:
        _current = _read(getattr(settings, "IMS", None))
    return _current


def _read(raw: Mapping[str, Any] | None) -> ImsSettings:
    if not raw:
        raise ImproperlyConfigured("Settings lack IMS = {'BASE_URL': 'https://…'}.")
    known = {f.name for f in fields(ImsSettings)}
    values = {key.lower(): value for key, value in raw.items()}
    if unknown := sorted(values.keys() - known):
        raise ImproperlyConfigured(f"IMS has unknown keys: {', '.join(unknown).upper()}.")
    base_url = str(values.get("base_url", "")).rstrip("/")
    if not base_url.startswith(("https://", "http://")):
        raise ImproperlyConfigured(
            "IMS['BASE_URL'] must be an address such as https://pay.example."
        )
    values["base_url"] = base_url
    values["credentials"] = {
        code: Credential(
            api_key=credential["api_key"],
            webhook_secrets=tuple(s for s in credential.get("webhook_secrets", ()) if s),
            extra={name: str(value) for name, value in credential.get("extra", {}).items()},
        )
        for code, credential in values.get("credentials", {}).items()
    }
    values["form_action_hosts"] = tuple(values.get("form_action_hosts", ()))
    values["sftp_servers"] = {
        name: _server(name, server) for name, server in values.get("sftp_servers", {}).items()
    }
    return ImsSettings(**values)


def _server(name: str, raw: Mapping[str, Any]) -> SftpServer:
    try:
        server = SftpServer(**{key.lower(): value for key, value in raw.items()})
    except TypeError as error:
        raise ImproperlyConfigured(
            f"IMS['SFTP_SERVERS'][{name!r}] takes host, user, key and host_keys, and port and "
            "passphrase if need be."
        ) from error
    keys: object = server.host_keys
    if isinstance(keys, str):
        raise ImproperlyConfigured(f"IMS['SFTP_SERVERS'][{name!r}]['host_keys'] must be a list.")
    return replace(server, host_keys=tuple(key for key in server.host_keys if key))


def _forget(*, setting: str, **kwargs: object) -> None:
    global _current
    if setting == "IMS":
        _current = None


setting_changed.connect(_forget)

"""Databases of the bench's own on the server that is measured, dropped again."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo


def server_of() -> dict[str, str]:
    """Return how the server is reached, without a database."""
    settings = connection.settings_dict
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {name: str(settings[key]) for name, key in names.items() if settings[key]}


def drop(server: dict[str, str], name: str) -> None:
    """Drop a database of the bench."""
    with psycopg.connect(make_conninfo(dbname="postgres", **server), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def database(server: dict[str, str], name: str, *, template: str = "") -> Iterator[None]:
    """Make a database and point Django at it for a while; copies of another are dropped after."""
    drop(server, name)
    with psycopg.connect(make_conninfo(dbname="postgres", **server), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        with pointed_at(name):
            yield
    finally:
        if template:
            drop(server, name)


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Point Django at a database of the server for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

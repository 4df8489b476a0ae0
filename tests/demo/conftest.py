"""Anyborough Council, set up once for all tests of its data and taken away again."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction


@pytest.fixture(scope="module")
def anyborough(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """Return what setting up said; every check that waits for a commit has been made."""
    from django.conf import settings
    from django.test import override_settings

    said = StringIO()
    folders = override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        IMS={**settings.IMS, "IMPORT_FOLDER": str(tmp_path_factory.mktemp("arrivals"))},
        STORAGES={
            **settings.STORAGES,
            "ims_private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        },
    )
    with django_db_blocker.unblock(), folders, transaction.atomic():
        call_command("ims_demo", stdout=said)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield said.getvalue()
        transaction.set_rollback(True)

"""A council that gets files, and a place to keep them in."""

from types import SimpleNamespace

import pytest

from ims_wagtail.imports.models import ImportType
from tests.factories import make_council_tax_rule, make_fund, make_office, make_suspense_fund

from .making import make_import_type


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep files that come in in memory."""
    settings.STORAGES = {
        **settings.STORAGES,
        "ims_private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


@pytest.fixture
def council(db) -> SimpleNamespace:
    """Council tax with its rule, a fund that takes any reference, and the suspense fund."""
    return SimpleNamespace(
        tax=make_fund("23", reference_rule=make_council_tax_rule()),
        sundry=make_fund("24"),
        suspense=make_suspense_fund(),
        office=make_office("SP"),
    )


@pytest.fixture
def transfers(council) -> ImportType:
    """Files of the earlier system; every fund's."""
    return make_import_type()

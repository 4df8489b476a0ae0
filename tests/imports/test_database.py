"""What the database itself refuses of imports."""

import pytest
from django.db import IntegrityError, transaction

from ims_wagtail.imports.enums import ImportState
from ims_wagtail.imports.models import Import

from .making import make_import, make_import_type


pytestmark = pytest.mark.django_db


def refuses(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except IntegrityError:
        return True
    return False


def test_the_same_content_cannot_come_in_twice_under_any_name():
    first = make_import(sha256="a" * 64)
    assert refuses(lambda: make_import(sha256="a" * 64, file_name="renamed.csv"))
    first.state = ImportState.CANCELLED
    first.save()
    assert not refuses(lambda: make_import(sha256="a" * 64, file_name="renamed.csv"))


def test_a_file_loaded_on_purpose_says_why():
    first = make_import(sha256="a" * 64)
    again = {"sha256": "a" * 64, "guarded": False, "reload_of": first}
    assert refuses(lambda: make_import(**again))
    assert not refuses(lambda: make_import(**again, reload_reason="Its lines were undone by hand"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ImportState.RECEIVED, ImportState.POSTED),
        (ImportState.PREVIEWED, ImportState.POSTED),
        (ImportState.CANCELLED, ImportState.RECEIVED),
        (ImportState.HELD, ImportState.CHECKING),
    ],
)
def test_no_step_is_left_out(before, after):
    file = make_import(state=before)
    assert refuses(lambda: Import.objects.filter(pk=file.pk).update(state=after))


def test_what_came_in_is_frozen_and_kept():
    file = make_import()
    assert refuses(lambda: Import.objects.filter(pk=file.pk).update(sha256="b" * 64))
    assert refuses(lambda: Import.objects.filter(pk=file.pk).delete())


def test_a_type_code_stands_once():
    make_import_type("bank")
    assert refuses(lambda: make_import_type("bank"))

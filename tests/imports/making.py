"""Import types and files for the tests, with defaults a council could have."""

from itertools import count
from typing import Any

from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, MethodOfPayment
from ims_wagtail.imports.models import Import, ImportType
from tests.factories import make_method


_numbers = count(1)


def external_method() -> MethodOfPayment:
    """The method of payment of money paid elsewhere."""
    found = MethodOfPayment.objects.filter(kind=MethodKind.EXTERNAL).first()
    return found or make_method(MethodKind.EXTERNAL)


def make_import_type(
    code: str = "transfers", *, funds: tuple[Fund, ...] = (), **values: Any
) -> ImportType:
    """A type of files in the earlier system's own format."""
    defaults: dict[str, Any] = {
        "name": code.replace("-", " ").capitalize(),
        "format": "ims-transactions",
    }
    values = defaults | values
    if "method" not in values:
        values["method"] = external_method()
    made = ImportType.objects.create(code=code, **values)
    made.funds.set(funds)
    return made


def make_import(**values: Any) -> Import:
    """A file that has just come in, without its content."""
    if "import_type" not in values:
        values["import_type"] = ImportType.objects.first() or make_import_type()
    number = next(_numbers)
    defaults = {"file_name": f"file-{number}.csv", "size": 10, "sha256": f"{number:064}"}
    return Import.objects.create(**defaults | values)

"""Files read by their format alone, without a database, for the tests."""

from io import BytesIO
from pathlib import Path

import ims_wagtail.imports
from ims_wagtail.imports.formats.contract import Format, Problem, Reading, Totals
from ims_wagtail.imports.formats.layouts import LayoutFacts
from ims_wagtail.imports.rows import Row


SAMPLES = Path(ims_wagtail.imports.__file__).parent / "samples"


def sample(a_format: Format) -> bytes:
    """The sample of a format."""
    return (SAMPLES / a_format.sample).read_bytes()


def read(
    a_format: Format,
    content: bytes,
    *,
    encoding: str = "utf-8",
    layout: LayoutFacts | None = None,
) -> tuple[list[Row], list[Problem], Totals]:
    """Rows, problems and totals of a file."""
    reader = a_format.open(BytesIO(content), Reading(encoding=encoding, layout=layout))
    found = list(reader)
    problems = [one for one in found if isinstance(one, Problem)]
    return [one for one in found if not isinstance(one, Problem)], problems, reader.totals

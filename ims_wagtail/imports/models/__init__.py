"""What the imports room keeps."""

from .layouts import Layout, LayoutColumn
from .rows import ImportKey, ImportProblem, ImportRow, ImportTotal
from .runs import Import, ImportPosting
from .types import ImportType


__all__ = [
    "Import",
    "ImportKey",
    "ImportPosting",
    "ImportProblem",
    "ImportRow",
    "ImportTotal",
    "ImportType",
    "Layout",
    "LayoutColumn",
]

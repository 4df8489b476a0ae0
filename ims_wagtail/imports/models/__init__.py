"""What the imports room keeps."""

from .arrivals import LateFile, RefusedFile, RemoteFile
from .holders import HolderFile, HolderTotal, ImportHolder
from .layouts import Layout, LayoutColumn
from .rows import ImportKey, ImportProblem, ImportRow, ImportTotal
from .rules import ImportRule, RuleAction, RuleCondition, RuleUse
from .runs import Import, ImportPosting
from .types import ImportType


__all__ = [
    "HolderFile",
    "HolderTotal",
    "Import",
    "ImportHolder",
    "ImportKey",
    "ImportPosting",
    "ImportProblem",
    "ImportRow",
    "ImportRule",
    "ImportTotal",
    "ImportType",
    "LateFile",
    "Layout",
    "LayoutColumn",
    "RefusedFile",
    "RemoteFile",
    "RuleAction",
    "RuleCondition",
    "RuleUse",
]

"""What the imports room keeps."""

from .layouts import Layout, LayoutColumn
from .rows import ImportKey, ImportProblem, ImportRow, ImportTotal
from .rules import ImportRule, RuleAction, RuleCondition, RuleUse
from .runs import Import, ImportPosting
from .types import ImportType


__all__ = [
    "Import",
    "ImportKey",
    "ImportPosting",
    "ImportProblem",
    "ImportRow",
    "ImportRule",
    "ImportTotal",
    "ImportType",
    "Layout",
    "LayoutColumn",
    "RuleAction",
    "RuleCondition",
    "RuleUse",
]

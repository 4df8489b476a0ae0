"""What is wrong with a file, collected while it is read."""

from __future__ import annotations

from .formats.contract import Problem
from .models import ImportProblem


#: More are counted, not kept: who has so many looks at the first ones.
KEPT = 1000


class Problems:
    """The problems of one import: the first thousand and those of the whole file, and
    how many there are in all."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        self.count = 0
        self.kept: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Add one."""
        self.count += 1
        if len(self.kept) < KEPT or not problem.line:
            self.kept.append(problem)

    def save(self) -> None:
        """Write them down, inside the caller's transaction."""
        ImportProblem.objects.bulk_create(
            ImportProblem(
                of_import_id=self.import_id,
                line=problem.line,
                column=problem.column[:80],
                found=problem.found[:300],
                expected=problem.expected[:300],
                remedy=problem.remedy[:300],
            )
            for problem in self.kept
        )

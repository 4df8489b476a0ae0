"""The council of two departments that staff screens are tested with."""

from tests.staff.conftest import council


__all__ = ["council"]

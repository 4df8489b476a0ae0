"""A short chaos, on the tests' own database; ``make chaos`` runs a long one."""

import pytest

from tests.chaos.run import database_of_this_process, run


@pytest.mark.slow
def test_a_dozen_payments_survive_faults_and_kills(transactional_db):
    result = run(
        database=database_of_this_process(), seed=20261122, payments=12, kill_every=(2.0, 5.0)
    )
    assert not result.problems, "\n".join(result.problems)
    assert result.figures["lost"] == result.figures["doubled"] == 0
    assert result.figures["in the book"]
    assert result.figures["processes killed"]
    assert result.figures["faults"]

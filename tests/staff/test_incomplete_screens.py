"""A screen that leaves out what its base needs fails at once, not when a button is pressed."""

import pytest

from ims_wagtail.corrections.screens import CorrectionFormView
from ims_wagtail.imports.screens.rule_views import _SwitchView
from ims_wagtail.imports.screens.runs import _StepView
from ims_wagtail.payments.refunds.screens import RefundActionView


@pytest.mark.parametrize("base", [CorrectionFormView, RefundActionView, _StepView, _SwitchView])
def test_a_screen_without_its_own_part_can_not_be_made(base):
    incomplete = type("Incomplete", (base,), {})

    with pytest.raises(TypeError, match="abstract"):
        incomplete()

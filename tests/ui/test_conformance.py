"""Our components draw what govuk-frontend draws.

Each component of the installed npm package brings fixtures: options of its Nunjucks macro and the
HTML they give. All of them are tried. One whose options we offer must give the same HTML; one with
an option we don't offer is left out, and the option stands below with the reason. A new release
with new options or fixtures fails here until somebody decides.
"""

import json
import re
from pathlib import Path

import pytest

from tests.ui.drawn import COMPONENTS
from tests.ui.normalised import normalised
from tests.ui.options import Options


FIXTURES = (
    Path(__file__).resolve().parents[2]
    / "node_modules"
    / "govuk-frontend"
    / "dist"
    / "govuk"
    / "components"
)

#: Options we don't offer, as ``component option``, and why.
NOT_OFFERED = {
    r".* (.*\.)?(attributes|wrapperAttributes)\..*": "nothing of ours needs free attributes there",
    r".* (.*\.)?(classes|wrapperClasses)": "looks are named arguments, not classes",
    r"(?!summary-list|table).* (.*\.)?html": "words of a question are always escaped",
    r".* (.*\.|title|summary|description)Html": "titles are always escaped",
    r"summary-list (card\.title|.*actions\.items\[\])\.html": "titles and links are escaped",
    r".* (fieldset\.)?describedBy": "hint and error are all that describes a control",
    r"character-count (maxwords|countType|threshold|textareaDescriptionText|.*LimitText.*)": (
        "limits are in characters; sentences come from gettext"
    ),
    r"(checkboxes|radios) items\[\]\.(divider|behaviour|id|name)": (
        "choices come from a form field, which has none of these"
    ),
    r"date-input (items\[\]|day|month|year)(\..*)?": "a date is day, month and year, always",
    r"date-input values\..*": "names of the parts can't be changed",
    r"file-upload (javascript|.*Text.*|value)": "the browser's own file control is used",
    r"button preventDoubleClick": "on or left out, never said to be off",
    r".* disableAutoFocus": "errors and successes always take the focus",
    r"error-message visuallyHiddenText": "the word comes from gettext",
    r"(details|inset-text) id": "nothing links to it",
    r"notification-banner (titleHeadingLevel|role|type)": "one level, and the role of its kind",
    r"pagination (next\.text|previous\.text|landmarkLabel|items\[\]\.visuallyHiddenText)": (
        "the words come from gettext"
    ),
    r"panel actions\..*": "the interruption panel is not offered",
    r"table (head\[\]|rows\[\]\[\])\.(colspan|rowspan)": "tables are plain grids",
    r"warning-text iconFallbackText": "the word comes from gettext",
}

#: Fixtures left out for what they lack rather than for what they ask.
INCOMPLETE = {
    "character-count: to configure in JavaScript": "ours always has a limit",
    "character-count: with neither maxlength, maxwords nor textarea description set": (
        "ours always has a limit"
    ),
    "checkboxes: with falsy values": "Nunjucks takes lists with holes",
    "radios: with falsy items": "Nunjucks takes lists with holes",
    "pagination: with empty items": "Nunjucks takes lists with holes",
    "select: with falsy values": "a value is text or a number",
    "date-input: with errors only": "an error always has words",
    "label: empty": "a question always has words",
    "error-message: visually hidden text removed": "an error always says it is one",
}


def _fixtures() -> list[object]:
    found = []
    for component in COMPONENTS:
        path = FIXTURES / component / "fixtures.json"
        if not path.is_file():
            pytest.fail("govuk-frontend is not installed: run 'make assets'.")
        for fixture in json.loads(path.read_text(encoding="utf-8"))["fixtures"]:
            name = f"{component}: {fixture['name']}"
            if name not in INCOMPLETE:
                found.append(pytest.param(component, fixture, id=name))
    return found


def _reasons(component: str, options: Options) -> list[str]:
    left = [f"{component} {option}" for option in options.left()]
    return [
        next((p for p in NOT_OFFERED if re.fullmatch(p, option)), f"no reason: {option}")
        for option in left
    ]


@pytest.mark.parametrize(("component", "fixture"), _fixtures())
def test_a_component_is_drawn_as_govuk_frontend_draws_it(component, fixture):
    options = Options(fixture["options"])

    ours = COMPONENTS[component](options)

    if reasons := _reasons(component, options):
        assert not [reason for reason in reasons if reason.startswith("no reason")]
    else:
        assert normalised(ours) == normalised(fixture["html"])


def test_most_fixtures_are_compared_and_every_component_has_several():
    compared = dict.fromkeys(COMPONENTS, 0)
    used = set()
    for parameters in _fixtures():
        component, fixture = parameters.values
        options = Options(fixture["options"])
        COMPONENTS[component](options)
        reasons = _reasons(component, options)
        used.update(reasons)
        compared[component] += not reasons

    assert min(compared.values()) >= 3, compared
    assert sum(compared.values()) >= 280, compared
    assert set(NOT_OFFERED) == used

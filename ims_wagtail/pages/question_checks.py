"""Whether the questions of a page can be asked, and their answers be kept as long as it says.

The editor's form shows the first kind at the question itself; here they hold for every other way to
publish.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings

from .checks import Finding, Severity, Version, check
from .conditions import condition_problems
from .headings import step_problems
from .incomplete import incomplete_blocks


@check
def questions_can_be_asked(version: Version) -> Iterator[Finding]:
    """Every condition can hold, and every step asks something."""
    stream = version.page.questions
    wrong = condition_problems(stream) | step_problems(stream)
    if wrong:
        yield Finding(
            code="questions",
            severity=Severity.STOP,
            message=" ".join(f"{said}." for said in wrong.values()),
            remedy=_("Put it right at the question, or take it away."),
            field="questions",
        )


@check
def questions_are_complete(version: Version) -> Iterator[Finding]:
    """Nothing of a question is missing."""
    yield from incomplete_blocks(version.page.questions, field="questions")


@check
def answers_kept_within_limit(version: Version) -> Iterator[Finding]:
    """The site says for how long answers are kept at most."""
    most = ims_settings().answer_days
    if (version.page.answer_days or 0) > most:
        yield Finding(
            code="answer-days",
            severity=Severity.STOP,
            message=_("Answers are kept for %(most)d days at most") % {"most": most},
            remedy=_("Write fewer days, or none."),
            field="answer_days",
        )

"""The concrete page types, for sites whose pages are Wagtail's own ``Page``.

Where ``WAGTAIL_PAGE_MODEL`` names another base page, a model of this package can't follow it; such
a site makes its own page type with ``mixins.PayablePageMixin``.
"""

import swapper

from .archive.models import ArchivedPage
from .feedback.models import Feedback, FeedbackGiven
from .sign_off import FinanceSignOff, SignOffState


swapper.set_app_prefix("wagtailcore", "wagtail")

if not swapper.is_swapped("wagtailcore", "Page"):
    from .page_types import PaymentIndexPage, PaymentPage

    __all__ = [
        "ArchivedPage",
        "Feedback",
        "FeedbackGiven",
        "FinanceSignOff",
        "PaymentIndexPage",
        "PaymentPage",
        "SignOffState",
    ]
else:
    __all__ = ["ArchivedPage", "Feedback", "FeedbackGiven", "FinanceSignOff", "SignOffState"]

"""For how long answers to the questions of pages are kept."""

from datetime import timedelta

from django.db.models import DurationField, ExpressionWrapper, Value
from django.db.models.functions import Coalesce, Least

from ims_wagtail.conf import ims_settings


def kept_for() -> ExpressionWrapper:
    """Return how long, by the ``answer_days`` of a row: never longer than the site says."""
    most = ims_settings().answer_days
    days = Least(Coalesce("answer_days", Value(most)), Value(most))
    return ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())

"""Reports that are sent: made once for each day they are due, and told of by e-mail.

The e-mail carries a link to the kept report, nothing of what it says. The funds are those its owner
works in when it is made.
"""

from datetime import date, timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from ims_wagtail.access import audit
from ims_wagtail.access.policy import scope_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.conf import ims_settings
from ims_wagtail.notifications.models import Message
from ims_wagtail.notifications.renderers import Email
from ims_wagtail.notifications.services import queue_email

from .catalogue import REPORTS
from .forms import VIEW, form_of
from .keeping import kept
from .models import Frequency, ReportResult, SavedReport


REPORT_MESSAGE = "report"
_FOLDER = "ims_wagtail/reports/email"


def due_on(frequency: Frequency, today: date) -> date | None:
    """Return the newest day, up to today, on which a frequency asks for a report."""
    match frequency:
        case Frequency.DAILY:
            return today
        case Frequency.WEEKLY:
            return today - timedelta(days=today.weekday())
        case Frequency.MONTHLY:
            return today.replace(day=1)
    return None


def send_reports(today: date | None = None) -> int:
    """Have every report made that is due and was not; return how many. Run it daily.

    Run twice, or by two machines at once, it sends nothing twice. What was missed on its day is
    made on the next.
    """
    today = today or accounting_date()
    begun = 0
    for saved in SavedReport.objects.exclude(frequency=Frequency.NEVER).order_by("pk"):
        due = due_on(Frequency(saved.frequency), today)
        if due is None or due <= accounting_date(saved.saved_at):
            continue
        with transaction.atomic():
            result, _new = ReportResult.objects.get_or_create(saved=saved, due_on=due)
            if result.made_at is None:
                make_report.enqueue(result_id=result.pk)
                begun += 1
    return begun


def forget_reports() -> int:
    """Delete kept reports older than ``REPORT_DAYS``; return how many."""
    before = accounting_date() - timedelta(days=ims_settings().report_days)
    return ReportResult.objects.filter(due_on__lt=before).delete()[0]


@task()
def make_report(result_id: int) -> None:
    """Make one report in the background."""
    make(result_id=result_id)


@transaction.atomic
def make(*, result_id: int) -> bool:
    """Make a report that is due, keep it and tell its owner; return whether just now.

    An owner who left, lost the right or has no address gets nothing, and the schedule says why. It
    is tried again as long as it is due.
    """
    result = (
        ReportResult.objects.select_for_update(of=("self",))
        .select_related("saved__owner")
        .filter(pk=result_id, made_at__isnull=True)
        .first()
    )
    if result is None:
        return False
    saved = result.saved
    form = form_of(saved, today=result.due_on)
    problem = why_not(saved) or ("" if form.is_valid() else _("What it asks for is gone."))
    if problem != saved.problem:
        _note(saved, problem)
    if problem:
        result.delete()
        return False
    asked = form.asked()
    outcome = REPORTS[saved.report].make(asked)
    fields = {**kept(outcome, asked), "made_at": timezone.now()}
    ReportResult.objects.filter(pk=result.pk).update(**fields)
    queue_email(
        kind=REPORT_MESSAGE,
        source=f"report:{result.pk}",
        recipient=saved.owner.email,
        language="en-gb",
        parameters={"result_id": result.pk},
    )
    return True


def why_not(saved: SavedReport) -> str:
    """Say why a report can't be sent to its owner, or nothing."""
    owner = saved.owner
    if not owner.is_active:
        return _("Its owner's account is disabled.")
    if not owner.has_perm("wagtailadmin.access_admin") or not scope_of(owner, VIEW):
        return _("Its owner may not see reports any more.")
    if not owner.email:
        return _("Its owner has no e-mail address.")
    if saved.report not in REPORTS:
        return _("There is no such report any more.")
    return ""


def report_email(message: Message) -> Email:
    """Write the e-mail; ``parameters`` hold ``result_id``.

    Raises ``LookupError`` for a report that is no longer kept, which stops it from being sent.
    """
    result = (
        ReportResult.objects.select_related("saved__owner")
        .filter(pk=message.parameters["result_id"])
        .first()
    )
    if result is None or why_not(result.saved):
        raise LookupError("no report for its owner")
    context = {
        "name": result.saved.name,
        "title": REPORTS[result.saved.report].title,
        "due_on": result.due_on,
        "url": f"{ims_settings().base_url}{reverse('ims_kept_report', args=[result.pk])}",
    }
    return Email(
        # One line whatever the report is called: a line break would start another header.
        subject=" ".join(render_to_string(f"{_FOLDER}/subject.txt", context).split()),
        text=render_to_string(f"{_FOLDER}/report.txt", context),
    )


def _note(saved: SavedReport, problem: str) -> None:
    SavedReport.objects.filter(pk=saved.pk).update(problem=problem)
    audit.record(
        user=None,
        action="report not sent" if problem else "report sent again",
        obj=saved,
        before={"problem": saved.problem},
        after={"problem": problem},
    )

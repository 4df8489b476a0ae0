"""Look at every payment that is not final, once or again and again."""

from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.checking import check_payments
from ims_wagtail.rounds import RoundsCommand


class Command(RoundsCommand):
    help = (
        "Ask payment providers about every payment that is due for a check, and send messages "
        "that are still waiting. Safe to run while another run is still going."
    )

    def do_round(self, *, quiet: bool) -> None:
        summary = check_payments()
        sent = send_due()
        if summary or sent or not quiet:
            self.stdout.write(f"{summary}; {sent} messages sent")

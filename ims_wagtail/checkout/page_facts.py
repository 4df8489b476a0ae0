"""What the journey needs to know of the CMS page a resident pays on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Facts of a payable page, copied onto the basket line so that the page may change later.

    ``services_url`` is a path on this site where the resident finds more to pay for.
    ``confirmation`` is HTML an editor wrote, ready to show once the line is paid.
    ``site_id`` is the Wagtail site on which it stands, where it stands on one.
    ``answer_days`` says for how many days answers are kept, where the page says so itself.
    """

    id: int
    title: str
    services_url: str = "/"
    confirmation: str = ""
    answer_days: int | None = None
    site_id: int | None = None

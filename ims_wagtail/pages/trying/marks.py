"""Pages of the checkout kept to a test: their forms and links lead to its own steps."""

import re
from collections.abc import Callable

from django.urls import reverse


_FORM = re.compile(r"<form\b[^>]*>")
_ACTION = re.compile(r'\saction="([^"]*)"')
_LINK = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)(")')


def kept_to_the_test(html: str, *, step_address: Callable[[str], str]) -> str:
    """Return a page whose forms come back to where it stands and whose links go on in the test.

    ``step_address`` gives the address of a step by its name. What leads out of the test leads
    nowhere, so that nobody pays in earnest who thinks they are trying.
    """
    language = reverse("ims_ui:language")
    own = step_address("")
    to = {
        reverse(f"ims_checkout:{name}"): step_address(name)
        for name in ("basket", "details", "check")
    }
    change = reverse("ims_checkout:basket")

    def form(found: re.Match[str]) -> str:
        action = _ACTION.search(found[0])
        if action is None or action[1] == language:
            return found[0]
        return _ACTION.sub("", found[0])

    def link(found: re.Match[str]) -> str:
        href = found[2]
        if href.startswith(("#", own)):
            return found[0]
        path = href.partition("?")[0]
        inside = to.get(path) or (step_address("start") if path.startswith(change) else "")
        return f"{found[1]}{inside or '#main-content'}{found[3]}"

    return _LINK.sub(link, _FORM.sub(form, html))

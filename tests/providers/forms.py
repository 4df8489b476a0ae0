"""Reading forms of our pages as a browser would."""

from bs4 import BeautifulSoup


def form_of(page: bytes, action: str) -> dict[str, str]:
    """Return the fields of the only form that goes to an address."""
    (form,) = BeautifulSoup(page, "html.parser").find_all("form", action=action)
    assert form["method"] == "post"
    assert form.find("button", type="submit")
    return {field["name"]: field["value"] for field in form.find_all("input")}

"""A resident at a browser without JavaScript: reads pages, fills in forms, follows redirects."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client

from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.models import SandboxPayment


class Page:
    """A page as it was answered, with its parsed HTML."""

    def __init__(self, response, path: str) -> None:
        self.response = response
        self.status = response.status_code
        self.path = path
        self.soup = BeautifulSoup(response.content, "html.parser")

    @property
    def title(self) -> str:
        """The level-one heading, or the legend or label that serves as one."""
        return " ".join(self.soup.h1.get_text(" ").split())

    @property
    def text(self) -> str:
        """What a person reads on the page itself, on one line."""
        return " ".join(self.soup.main.get_text(" ").split())

    @property
    def errors(self) -> list[str]:
        """The error summary, each line of which must lead to a control on the page."""
        found = []
        for link in self.soup.select(".govuk-error-summary__list li"):
            if link.a:
                assert self.soup.find(id=link.a["href"].removeprefix("#")), link.a["href"]
            found.append(link.get_text(strip=True))
        return found

    @property
    def notices(self) -> list[str]:
        """What the notification banners say."""
        banners = self.soup.select(".govuk-notification-banner__content")
        return [" ".join(banner.get_text(" ").split()) for banner in banners]

    def field(self, name: str) -> Tag:
        """The control of this name."""
        found = self.soup.main.find(attrs={"name": name})
        assert found is not None, f"no field {name} on {self.path}: {self.text}"
        return found

    def has_field(self, name: str) -> bool:
        """Whether the page asks for this."""
        return self.soup.main.find(attrs={"name": name}) is not None

    def rows(self) -> list[tuple[str, str]]:
        """The facts of all summary lists."""
        return [
            (
                " ".join(row.dt.get_text(" ").split()),
                " ".join(row.find("dd").get_text(" ").split()),
            )
            for row in self.soup.select(".govuk-summary-list__row")
        ]

    def link(self, words: str) -> str:
        """The address of the link that begins with these words."""
        for link in self.soup.main.find_all("a") + self.soup.select(".govuk-back-link"):
            if " ".join(link.get_text(" ").split()).startswith(words):
                return link["href"]
        raise AssertionError(f"no link {words!r} on {self.path}: {self.text}")

    def form(self, button: str = "") -> Tag:
        """The form of the page, or the one whose button begins with these words."""
        for form in self.soup.main.find_all("form"):
            words = [" ".join(b.get_text(" ").split()) for b in form.find_all("button")]
            if not button or any(word.startswith(button) for word in words):
                return form
        raise AssertionError(f"no form {button!r} on {self.path}: {self.text}")


class Resident:
    """One browser with its own cookies."""

    def __init__(self, **headers) -> None:
        self.client = Client(**headers)

    def visit(self, path: str) -> Page:
        """Open an address, following redirects on this site."""
        return self._follow(self.client.get(path), path)

    def fill_in(self, page: Page, *, button: str = "", **values: str) -> Page:
        """Send a form with what it holds and these values, as a browser would."""
        path, data = self.filled(page, button=button, **values)
        return self._follow(self.client.post(path, data), path)

    def filled(self, page: Page, *, button: str = "", **values: str) -> tuple[str, dict[str, str]]:
        """Where a browser would send the form, and what."""
        form = page.form(button)
        data = {}
        for control in form.find_all(["input", "textarea", "select"]):
            kind = control.get("type")
            if kind in ("radio", "checkbox") and not control.has_attr("checked"):
                continue
            if control.name == "select":
                chosen = control.find("option", selected=True)
                data[control["name"]] = chosen["value"] if chosen else ""
            else:
                data[control["name"]] = (
                    control.get_text() if control.name == "textarea" else control.get("value", "")
                )
        for pressed in form.find_all("button"):
            words = " ".join(pressed.get_text(" ").split())
            if pressed.get("name") and (not button or words.startswith(button)):
                data[pressed["name"]] = pressed.get("value", "")
                break
        for name in values:
            assert form.find(attrs={"name": name}), f"{name} is not asked on {page.path}"
        return form.get("action") or page.path, {**data, **values}

    def add(self, slug: str = "council-tax", **values: str) -> Page:
        """Put something into the basket."""
        return self.fill_in(self.visit(f"/pay/{slug}/"), **values)

    def go_to_check(self, **details: str) -> Page:
        """Give details and come to the page to check everything."""
        return self.fill_in(self.visit("/pay/details/"), **details)

    def begin_payment(self, page: Page | None = None, **values: str) -> SandboxPayment:
        """Go to the provider's page; returns the payment that waits there."""
        page = page or self.go_to_check()
        path, data = self.filled(page, **values)
        response = self.client.post(path, data)
        assert response.status_code == 303, Page(response, path).text
        assert "/sandbox/" in response["Location"]
        return SandboxPayment.objects.latest("created_at")

    def come_back(self, payment: SandboxPayment) -> Page:
        """Return from the provider's page."""
        return self.visit(urlsplit(payment.return_url).path)

    def pay(self, card, page: Page | None = None) -> Page:
        """Go to the provider, use a card there and come back."""
        payment = self.begin_payment(page)
        assert remote.use_card(payment=payment, card=card)
        return self.come_back(payment)

    def _follow(self, response, path: str) -> Page:
        for _hop in range(5):
            if response.status_code not in (302, 303):
                break
            path = response["Location"]
            response = self.client.get(path)
        return Page(response, path)

"""Reads staff screens as people see them: tables, facts and links, not strings in HTML."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.facts: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self._cell: list[str] | None = None
        self._ours = False
        self._term = ""
        self._link: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            # Wagtail's own help dialogs hold tables too; ours and its lists carry these classes.
            classes = dict(attrs).get("class") or ""
            self._ours = "listing" in classes or "ims-" in classes
            if self._ours:
                self.tables.append([])
        elif tag == "tr" and self._ours:
            self.tables[-1].append([])
        elif tag in ("td", "th", "dt", "dd"):
            self._cell = []
        elif tag == "a":
            self._link = (dict(attrs).get("href") or "", [])

    def handle_endtag(self, tag: str) -> None:
        words = " ".join("".join(self._cell or []).split())
        if tag in ("td", "th") and self._ours:
            self.tables[-1][-1].append(words)
        elif tag == "dt":
            self._term = words
        elif tag == "dd":
            self.facts[self._term] = words
        elif tag == "a" and self._link:
            self.links[" ".join("".join(self._link[1]).split())] = self._link[0]
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
        if self._link:
            self._link[1].append(data)


def read(response) -> _Reader:
    """Read a page that was answered with 200."""
    assert response.status_code == 200, response.status_code
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def table(response, number: int = 0) -> list[dict[str, str]]:
    """Return the rows of a table by their headings; none when the page shows no such table."""
    tables = read(response).tables
    if len(tables) <= number:
        return []
    head, *rows = tables[number]
    return [dict(zip(head, row, strict=False)) for row in rows]


def column(response, heading: str, number: int = 0) -> list[str]:
    """Return one column of a table, from top to bottom."""
    return [row[heading] for row in table(response, number)]

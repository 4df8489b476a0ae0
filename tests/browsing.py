"""What the browser tests do with a page besides looking at it."""


def watch(page, problems: list[str]) -> None:
    """Add every script error and every breach of the content security policy to ``problems``."""

    def heard(message) -> None:
        if "Content Security Policy" in message.text:
            problems.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))

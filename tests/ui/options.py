"""The options of a govuk-frontend fixture, taken one by one, so that nothing is passed over."""

from collections.abc import Iterator, Mapping


class Options:
    """A nested mapping that remembers what nobody has taken."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = {key: _wrapped(value) for key, value in values.items()}

    def take(self, path: str, default: object = None) -> object:
        """Take the value at a dotted path out, or return the default."""
        first, _dot, rest = path.partition(".")
        if first not in self.values:
            return default
        if rest:
            inside = self.values[first]
            return inside.take(rest, default) if isinstance(inside, Options) else default
        value = self.values.pop(first)
        return value.plain() if isinstance(value, Options) else value

    def each(self, path: str) -> list["Options"]:
        """Return the entries of a list, without empty ones; what nobody takes of them stays."""
        found = self.values.get(path)
        return [entry for entry in found if entry] if isinstance(found, list) else []

    def has(self, name: str) -> bool:
        """Say whether an option is given at all."""
        return name in self.values

    def plain(self) -> dict[str, object]:
        """Return what is left as an ordinary dictionary."""
        return {k: v.plain() if isinstance(v, Options) else v for k, v in self.values.items()}

    def left(self, prefix: str = "") -> Iterator[str]:
        """Name every option nobody took, lists as ``items[].name``."""
        for key, value in self.values.items():
            yield from _left(f"{prefix}{key}", value)


def _wrapped(value: object) -> object:
    if isinstance(value, Mapping):
        return Options(value)
    if isinstance(value, list):
        return [_wrapped(entry) for entry in value]
    return value


def _left(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Options):
        yield from value.left(f"{name}.")
    elif isinstance(value, list):
        for entry in value:
            if entry:
                yield from _left(f"{name}[]", entry)
    elif value is not None and value != "":
        yield name

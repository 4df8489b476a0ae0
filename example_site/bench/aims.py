"""How figures are printed: what was measured, its aim, and whether that was held."""


def aimed(name: str, figure: str, aim: str = "", held: bool | None = None) -> str:
    """Return a line of a figure, with its aim where it has one."""
    said = {True: "held", False: "MISSED", None: ""}[held]
    return f"    {name:40}{figure:>16}   {f'aim {aim}' if aim else '':18}{said}".rstrip()

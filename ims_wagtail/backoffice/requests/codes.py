"""The link as a QR code, to put on a letter or a bill."""

from io import BytesIO

import segno


#: A quarter of the code may be dirty or folded and it is still read.
_CORRECTION = "q"
#: Modules of white around it, as the standard asks.
_BORDER = 4


def qr_svg(url: str) -> bytes:
    """Return the code of an address as SVG, which prints sharp at any size."""
    file = BytesIO()
    _code(url).save(file, kind="svg", border=_BORDER, scale=4, dark="#000", light="#fff")
    return file.getvalue()


def qr_png(url: str) -> bytes:
    """Return the code of an address as PNG, for word processors that take no SVG."""
    file = BytesIO()
    _code(url).save(file, kind="png", border=_BORDER, scale=10)
    return file.getvalue()


def _code(url: str) -> segno.QRCode:
    return segno.make(url, error=_CORRECTION, micro=False, boost_error=False)

"""The page on which a payer types a card, in front of the stub's API."""

import json
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from tests.providers.govukpay.faults import Reply
from tests.providers.govukpay.server import Handler


_FORM = (
    b'<main><h1>Enter card details</h1><form method="post">'
    b'<input name="do" value=""><button>Continue</button></form></main>'
)
_USED = b"<main><h1>This link has been used</h1></main>"


class CardPage(Handler):
    """The API's handler, and the page at each address that the API gave away, which works once."""

    def do_GET(self) -> None:
        """Show the page, once."""
        payment_id = self.stub.pages.get(self._token())
        if payment_id is None:
            super().do_GET()
            return
        payment = self.stub.payments[payment_id]
        with self.stub.lock:
            if payment.status == "created":
                self.stub.open(payment)
            fresh = payment.status == "started"
        self._page(_FORM if fresh else _USED)

    def do_POST(self) -> None:
        """Do with the card what the payer has chosen, and send them back."""
        payment_id = self.stub.pages.pop(self._token(), None)
        if payment_id is None:
            super().do_POST()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        payment = self.stub.payments[payment_id]
        with self.stub.lock:
            if payment.status in ("created", "started"):
                getattr(self.stub, parse_qs(body)["do"][0])(payment)
        self._send(Reply(HTTPStatus.SEE_OTHER, location=payment.asked["return_url"]))

    def _send(self, reply: Reply) -> None:
        """Remember which payment an address is for that goes out, and only then."""
        if b"/secure/" in reply.body:
            said = json.loads(reply.body)
            address = said["_links"]["next_url"]["href"]
            self.stub.pages[address.rpartition("/")[2]] = said["payment_id"]
        super()._send(reply)

    def _token(self) -> str:
        path = urlsplit(self.path).path
        return path.removeprefix("/secure/") if path.startswith("/secure/") else ""

    def _page(self, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

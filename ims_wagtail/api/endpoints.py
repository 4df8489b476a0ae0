"""Files in, from other systems: ``/ims/api/v1/``."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, NinjaAPI, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from ims_wagtail.imports.exceptions import AlreadyImported, ImportRefused
from ims_wagtail.imports.models import Import
from ims_wagtail.imports.receiving import receive
from ims_wagtail.imports.summaries import summary

from .models import ApiToken
from .tokens import may_ask_now, token_of


class Bearer(HttpBearer):
    """``Authorization: Bearer …`` with a token that ``ims_api_token`` made."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = token_of(token)
        if found is not None and not may_ask_now(found):
            raise HttpError(429, "Too many requests: wait a minute.")
        return found


class Taken(Schema):
    """A file that was taken, and where its state stands."""

    id: int
    state: str
    url: str


class Refused(Schema):
    """Why a file was not taken; of one that came before, the import that has it."""

    detail: str
    url: str = ""


# Its page of documentation would load scripts from elsewhere: the manual has it instead.
api = NinjaAPI(
    title="Income management", version="1", urls_namespace="ims_api", docs_url=None, auth=Bearer()
)


@api.post(
    "/imports/{code}/",
    response={202: Taken, 404: Refused, 409: Refused, 422: Refused},
    summary="Bring a file",
)
def bring_file(request: HttpRequest, code: str, file: UploadedFile = File(...)) -> Any:  # noqa: B008
    """Take a file of an import type.

    The same content again is refused with the first one's address, so that a request can be
    repeated when its answer was lost.
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    import_type = token.import_types.filter(code=code).first()
    if import_type is None:
        return Status(404, {"detail": "No import type of this code is open to this token."})
    try:
        made = receive(
            import_type=import_type,
            file=file,
            file_name=file.name or code,
            post_at_once=import_type.post_at_once,
        )
    except AlreadyImported as again:
        return Status(409, {"detail": str(again), "url": _url(again.earlier)})
    except ImportRefused as refused:
        return Status(422, {"detail": str(refused)})
    return Status(202, {"id": made.pk, "state": made.state, "url": _url(made)})


@api.get("/imports/{code}/{int:import_id}/", summary="Look at a file")
def look_at_file(request: HttpRequest, response: HttpResponse, code: str, import_id: int) -> Any:
    """Say what a file came to, with the keys that ``ims_import`` prints."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-store"
    found = Import.objects.filter(
        pk=import_id, import_type__code=code, import_type__api_tokens=token
    )
    file = found.select_related("import_type").first()
    if file is None:
        raise HttpError(404, "No import of this number is open to this token.")
    return summary(file)


def _url(file: Import) -> str:
    return reverse("ims_api:look_at_file", args=[file.import_type.code, file.pk])

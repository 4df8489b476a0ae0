"""What the checkout is measured against: as little as a Django view that keeps something can do."""

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse


#: The bare view's table; ``ims_bench`` makes it.
CREATE_TABLE = "CREATE TABLE ims_bench_row (id bigserial PRIMARY KEY, at timestamptz DEFAULT now())"

COUNT_HEADER = "X-Count-Queries"


def bare(request: HttpRequest) -> HttpResponse:
    """Write one row in a transaction, and the session."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO ims_bench_row DEFAULT VALUES")
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse("written")


def count_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Tell how many queries a response took, in a header, to a client that asks in a header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if COUNT_HEADER not in request.headers:
            return get_response(request)
        count = 0

        def counted(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response[COUNT_HEADER] = str(count)
        return response

    return middleware

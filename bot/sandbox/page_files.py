"""The page's files, at addresses that change whenever any of them does, so that a browser keeps them."""

import hashlib
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

_PAGE: Final = Path(__file__).parent / "page"
_STATIC: Final = "/page/static/"


class _Kept(StaticFiles):
    """Files that a browser does not ask after again; an upgrade has other addresses, so none is mixed in."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


async def _index(request: Request) -> Response:  # noqa: ARG001 - Starlette's shape
    words = (_PAGE / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(
        words.replace(_STATIC, f"{_STATIC}{_edition()}/"), headers={"cache-control": "no-cache"}
    )


def _edition() -> str:
    """Return a name for what the files hold now; their times may be those of any build."""
    known = hashlib.sha256()
    for path in sorted(path for path in _PAGE.rglob("*") if path.is_file()):
        known.update(path.read_bytes())
    return known.hexdigest()[:12]


ROUTES: Final = (
    Route("/", _index),
    # Whatever the edition, there is only this one: a page that was left open loads no further files.
    Mount(f"{_STATIC}{{edition}}", _Kept(directory=_PAGE)),
)

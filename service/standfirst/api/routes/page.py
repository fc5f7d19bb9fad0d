"""The page: files of the package, for people who use a browser. All it does it asks of ``/v1``, as anyone could."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

_PACKAGE = Path(__file__).parents[2]
#: A browser asks each time whether what it has is still right, and is told so without the whole.
_FRESH = {"Cache-Control": "no-cache"}


def add_page(app: FastAPI) -> None:
    """Serve the page at ``/``, and what it is made of under ``/page``."""

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_PACKAGE / "web" / "index.html", headers=_FRESH)

    @app.get("/page/sample.json", include_in_schema=False)
    async def sample() -> FileResponse:
        return FileResponse(_PACKAGE / "sample.json", headers=_FRESH)

    app.mount("/page", _Files(directory=_PACKAGE / "web"))


class _Files(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_FRESH)
        return response

"""The routes of the web page, which uses ``/v1`` as any other client does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

_PACKAGE = Path(__file__).parents[2]
#: The browser revalidates its copy on each use.
_REVALIDATE = {"Cache-Control": "no-cache"}


def add_page(app: FastAPI) -> None:
    """Serve the page at ``/``, and its files under ``/page``."""

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(_PACKAGE / "web" / "index.html", headers=_REVALIDATE)

    @app.get("/page/sample.json", include_in_schema=False)
    async def sample() -> FileResponse:
        return FileResponse(_PACKAGE / "sample.json", headers=_REVALIDATE)

    app.mount("/page", _Files(directory=_PACKAGE / "web"))


class _Files(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_REVALIDATE)
        return response

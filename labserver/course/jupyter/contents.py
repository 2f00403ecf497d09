"""How run.py's JupyterLab reads notebooks: what was live yesterday is shown as it was saved.

A saved picture refers to a model in a kernel. Without that kernel JupyterLab says "model not
found" in the picture's place, though the picture's saved face stands beside the reference.
"""

from __future__ import annotations

from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from labserver.course.notebooks.committed import WIDGET_VIEW

__all__ = ["Contents", "show_saved_faces"]


class Contents(AsyncLargeFileManager):
    """The server's own contents manager; a notebook without a kernel shows its saved faces."""

    async def get(
        self,
        path: str,
        content: bool = True,  # noqa: FBT001, FBT002 - as the server calls it
        type: str | None = None,  # noqa: A002
        format: str | None = None,  # noqa: A002
        require_hash: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[str, Any]:
        """Return the model of a path, as the server's own manager does. The file is not changed."""
        model: dict[str, Any] = await super().get(path, content, type, format, require_hash)
        if model["type"] == "notebook" and content and not await self._has_kernel(path):
            show_saved_faces(model["content"])
        return model

    async def _has_kernel(self, path: str) -> bool:
        server: Any = self.parent
        sessions = await ensure_async(server.session_manager.list_sessions())
        return any(each["path"].strip("/") == path.strip("/") for each in sessions)


def show_saved_faces(notebook: Any) -> None:  # noqa: ANN401 - nbformat has no types
    """Take the references to models out of a notebook's outputs, where something else is left."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if len(data) > 1:
                data.pop(WIDGET_VIEW, None)

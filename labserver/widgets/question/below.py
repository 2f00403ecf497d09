"""A panel, and what comes to stand below it."""

from __future__ import annotations

from typing import Any

import ipywidgets

from labserver.widgets.base import Faced

__all__ = ["Below"]


class Below(ipywidgets.VBox):
    """Shows a panel, and below it what `put` is given: the newest only. Its faces are the panel's.

    A saved notebook has the panel alone: what came later came by a click.
    """

    def __init__(self, panel: Faced) -> None:
        self.panel = panel
        self._below: ipywidgets.Widget | None = None
        super().__init__(children=(panel,))

    def put(self, widget: ipywidgets.Widget | None) -> None:
        """Show a widget below the panel, in place of what was there; close that."""
        old, self._below = self._below, widget
        self.children = (self.panel,) if widget is None else (self.panel, widget)
        if old is not None:
            old.close()

    def __repr__(self) -> str:
        return self.panel.text()

    def __str__(self) -> str:
        return self.panel.text()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - ipywidgets' own signature
        data = super()._repr_mimebundle_(**kwargs)
        return {**data, "text/plain": self.panel.text(), "text/html": self.panel.html()}

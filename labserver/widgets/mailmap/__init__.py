"""The map: server and devices side by side, and what each truly holds."""

from labserver.widgets.mailmap.widget import MailMap

__all__ = ["MailMap"]

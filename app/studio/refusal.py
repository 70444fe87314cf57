"""Why an upload was not taken."""

from __future__ import annotations

from typing import Any


class UploadRefused(Exception):
    """The files cannot become a draft; nothing was written. `code` names the sentence `studio.refused.<code>`."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts = facts

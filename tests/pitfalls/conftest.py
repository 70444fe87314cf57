"""Some of these mistakes are seen on pages only."""

from tests.app.conftest import app, settings, sign_in

__all__ = ["app", "settings", "sign_in"]

"""Some of these mistakes are seen on pages only."""

from tests.app.conftest import app, built, settings, sign_in

__all__ = ["app", "built", "settings", "sign_in"]

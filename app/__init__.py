"""The web: Flask, knowing neither SQL nor SpiffWorkflow. Views ask the engine and show what it says."""

from __future__ import annotations

from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from app import (
    accounts,
    assets,
    config,
    counter,
    drawn,
    errors,
    fees,
    filters,
    health,
    language,
    monitor,
    organisation,
    page,
    portal,
    reading,
    registers,
    security,
    sessions,
    studio,
    wiring,
    worklist,
)
from app.config import Settings
from engine.bootstrap import Engine, open_engine

SLICES = (health, accounts, portal, counter, fees, worklist, registers, organisation, studio, monitor)


def create_app(engine: Engine | None = None, settings: Settings | None = None) -> Flask:
    """Builds the application. `flask --app app` calls it without arguments: everything comes from the environment."""
    settings = settings or config.from_environment()
    app = Flask(__name__)
    app.config.update(SECRET_KEY=settings.secret_key)
    _find_templates(app)
    wiring.init_app(app, engine or open_engine(settings.engine), settings)
    language.init_app(app)
    sessions.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    drawn.init_app(app)
    assets.init_app(app)
    page.init_app(app)
    reading.init_app(app)
    for slice_ in SLICES:
        app.register_blueprint(slice_.blueprint)
    security.init_app(app, https=settings.https, proxies=settings.proxies)
    return app


def _find_templates(app: Flask) -> None:
    """Ours, each slice's own, and the macros of GOV.UK Frontend under their package's name."""
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, govuk])

"""`motcua run` and `motcua worker`: the product in one process, or its background half alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import click
import waitress

from app import create_app
from app.cli.base import command_help
from app.cli.language import say
from app.config import Settings, from_environment
from engine.bootstrap import Engine, install, open_engine, open_ready, prepare

HOST = "127.0.0.1"
WEB_THREADS = 8


@click.command(help=command_help("run"))
@click.option("--host", default=HOST, show_default=True, help=say("cli.run.host"))
@click.option("--port", type=click.IntRange(1, 65535), default=None, help=say("cli.run.port"))
def run(host: str, port: int | None) -> None:
    """Set-up, web and worker; ends on SIGTERM or Ctrl-C."""
    settings = from_environment()
    engine = _ready_engine(settings)
    server = waitress.create_server(create_app(engine, settings), host=host, port=port or settings.port,
                                    threads=WEB_THREADS, ident="motcua")
    stop_worker = engine.start_worker() if settings.worker else _nothing
    click.echo(say("cli.run.ready", address=f"http://{host}:{port or settings.port}"))
    _until_told(server.run, server.close)
    click.echo(say("cli.run.stopping"))
    stop_worker()
    engine.close()


@click.command(help=command_help("worker"))
def worker() -> None:
    """Timers, jobs and messages, without the web."""
    settings = from_environment()
    engine = open_ready(settings.engine)
    stopped = threading.Event()
    stop_worker = engine.start_worker()
    click.echo(say("cli.worker.ready", node=settings.node))
    _until_told(stopped.wait, stopped.set)
    stop_worker()
    engine.close()


def _ready_engine(settings: Settings) -> Engine:
    prepare(settings.engine)
    engine = open_engine(settings.engine)
    install(engine, demo=settings.demo)
    return engine


def _until_told(work: Callable[[], Any], stop: Callable[[], Any]) -> None:
    """Works until a signal asks to end; `stop` must make `work` return."""
    def asked(_number: int, _frame: object) -> None:
        raise SystemExit

    signal.signal(signal.SIGTERM, asked)
    try:
        work()
    except (SystemExit, KeyboardInterrupt):
        stop()


def _nothing() -> None:
    """There is no worker in this process."""


COMMANDS = (run, worker)

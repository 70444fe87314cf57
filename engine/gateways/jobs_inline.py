"""The synchronous twin of the job engine: a job runs when the test says so, in the thread that says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa


class InlineJobs:
    """`engine.ports.Jobs` in memory.

    Jobs become visible when the transaction that enqueued them commits, as with the real one. Delays are noted
    and not waited for: `run_due()` runs everything, `delays` says what would have been waited.
    """

    def __init__(self) -> None:
        self._queue: dict[str, tuple[str, tuple[Any, ...]]] = {}
        self._seen: set[str] = set()
        self._tasks: Mapping[str, Callable[..., None]] = {}
        self.delays: dict[str, float] = {}

    def prepare(self) -> None:
        """Nothing to create."""

    def enqueue(self, session: Any, task: str, arguments: Sequence[Any], *, key: str, delay_s: float = 0,
                partition: str | None = None) -> None:
        """Waits for the commit of `session`; a rollback forgets the job."""
        def queue(_connection: sa.Connection) -> None:
            if key not in self._seen:
                self._seen.add(key)
                self._queue[key] = (task, tuple(arguments))
                self.delays[key] = delay_s
        _when_committed(session, queue)

    def cancel(self, keys: Iterable[str]) -> None:
        """Forgets jobs that have not run."""
        for key in keys:
            self._queue.pop(key, None)

    def retry(self, task: str, arguments: Sequence[Any], *, key: str, partition: str | None = None) -> bool:
        """Queues the work again unless a run whose key begins with `key` is still to come."""
        if any(queued.startswith(key) for queued in self._queue):
            return False
        self._queue[f"{key}~{len(self._seen)}"] = (task, tuple(arguments))
        return True

    def stats(self) -> Mapping[str, int]:
        """Only `queued` can be other than zero between two calls."""
        return {"queued": len(self._queue), "running": 0, "failed": 0}

    def run_worker(self, tasks: Mapping[str, Callable[..., None]], *, name: str, threads: int) -> Callable[[], None]:
        """Remembers what to call; starts nothing."""
        self._tasks = tasks
        return lambda: None

    def run_due(self, limit: int = 1000) -> int:
        """Runs what is queued, and what that queues in turn. Returns how many ran."""
        ran = 0
        while self._queue and ran < limit:
            key = next(iter(self._queue))
            task, arguments = self._queue.pop(key)
            self._tasks[task](*arguments)
            ran += 1
        return ran


def _when_committed(session: Any, callback: Callable[[sa.Connection], None]) -> None:
    connection: sa.Connection = session if isinstance(session, sa.Connection) else session.connection()
    rolled_back: list[bool] = []
    sa.event.listen(connection, "rollback", lambda _connection: rolled_back.append(True))

    def committed(conn: sa.Connection) -> None:
        if not rolled_back:
            callback(conn)
    sa.event.listen(connection, "commit", committed, once=True)

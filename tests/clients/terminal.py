"""A terminal for programs that want a person: keys go in, and nothing is timed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.clients.program import SECONDS, Program

__all__ = ["Terminal"]


class Terminal:
    """A program at a terminal of its own. `with` ends it, and demands that it ends well."""

    def __init__(self, program: Program, *arguments: str) -> None:
        # Not on Windows, where the programs that want it are not found either.
        import pty
        import termios

        self._program = program
        self._shown = bytearray()
        self._changed = threading.Condition()
        self._over = False
        self._keys, screen = pty.openpty()
        termios.tcsetwinsize(screen, (40, 120))
        try:
            self._process = subprocess.Popen(
                [program.path, *arguments],
                cwd=program.home,
                env=program.environment,
                stdin=screen,
                stdout=screen,
                stderr=screen,
                start_new_session=True,
            )
        finally:
            os.close(screen)
        self._forget = program.lab.log.listen(lambda _: self._notice())
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        """Take what the program shows, or it would wait for room; EIO: it is gone."""
        try:
            while some := os.read(self._keys, 65536):
                self._shown += some
                self._notice()
        except OSError:
            pass
        self._over = True
        self._notice()

    def _notice(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def press(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def wait_for(self, what: str, happened: Callable[[], bool]) -> None:
        """Wait until the lab's log says so: `happened` is asked after each new entry."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or happened(), SECONDS)
        if not happened():
            self._fail(f"did not come to this: {what}")
        # The log tells of a line before it is written: what is being done now shall be done.
        self._program.lab.call(lambda _: None)

    def wait_for_words(self, words: bytes) -> None:
        """Wait until the program shows this."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or words in self._shown, SECONDS)
        if words not in self._shown:
            self._fail(f"did not show {words!r}")

    def finish(self) -> None:
        """Wait for the program's own end."""
        try:
            status = self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._fail("does not come to an end")
        if status:
            self._fail(f"ended with {status}")

    def _fail(self, what: str) -> None:
        self._program.fail(what, bytes(self._shown))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.finish()
        finally:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)  # with all that it has started
                self._process.wait()
            self._reader.join()
            self._forget()
            os.close(self._keys)

"""A headless Chromium for tests, driven by its DevTools protocol over a pipe: no other package is needed."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
# Generous: a loaded machine must not fail a test. What never comes fails it all the same.
WAIT = 60.0
# Chromium reads from descriptor 3 and writes to 4; the copies keep one from lying where the other goes.
_EXEC = """
import fcntl, os, sys
copies = [fcntl.fcntl(int(each), fcntl.F_DUPFD_CLOEXEC, 5) for each in sys.argv[1:3]]
os.dup2(copies[0], 3)
os.dup2(copies[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowUp": 38, "ArrowDown": 40, "/": 191}


def installed() -> str | None:
    """Return the program, or None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """A browser with one page.

    Args:
        program: of the browser.
        folder: an empty folder for its profile.
    """

    def __init__(self, program: str, folder: Path) -> None:
        commands, self._out = os.pipe()
        self._in, answers = os.pipe()
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        self.complaints: list[str] = []
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        options += ["--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={folder}"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _EXEC, str(commands), str(answers), program, *options, "about:blank"],
            pass_fds=(commands, answers),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result; what the page complains of is kept.

        Raises:
            RuntimeError: the browser refuses, ends, or does not answer in time.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            if answer.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(answer["params"]))

    def _read(self) -> dict[str, Any]:
        until = time.monotonic() + WAIT
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(0.0, until - time.monotonic()))[0]:
                raise RuntimeError("the browser does not answer")
            if not (some := os.read(self._in, 1 << 16)):
                raise RuntimeError("the browser ended")
            self._rest += some
        message, self._rest = self._rest.split(b"\0", 1)
        return dict(json.loads(message))

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression in the page.

        Raises:
            RuntimeError: the expression throws.
        """
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']['text']}")
        return answer["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true, over changes of page.

        Raises:
            AssertionError: it never is.
        """
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            try:
                if self.evaluate(script):
                    return
            except RuntimeError:
                pass  # The page is being changed.
            time.sleep(0.02)
        raise AssertionError(f"never true: {script}")

    def open(self, url: str) -> None:
        """Open an address, redirected or not, and wait until the page and its scripts are there."""
        self.evaluate("window.left = true")
        self.call("Page.navigate", url=url)
        self.wait_for("!window.left && document.readyState === 'complete'")

    def resize(self, width: int, height: int = 900) -> None:
        """Give the page another size, in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = _KEYS.get(key) or ord(key.upper())
        down = "keyDown" if text else "rawKeyDown"
        self.call("Input.dispatchKeyEvent", type=down, key=key, windowsVirtualKeyCode=code, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        for letter in text:
            self.press(letter)

"""A process that does nothing is ended, one that works is not."""

import subprocess
import sys

import pytest

from wheelcheck.sources.watch import Watch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


def ended(monkeypatch: pytest.MonkeyPatch, source: str) -> int:
    monkeypatch.setattr("wheelcheck.sources.watch._EVERY_SECONDS", 0.05)
    process = subprocess.Popen([sys.executable, "-S", "-c", source])
    watch = Watch(process)
    watch.start()
    try:
        return process.wait(60)
    finally:
        watch.cancel()


def test_a_process_that_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(monkeypatch, "import time; time.sleep(60)") != 0


def test_a_process_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import time\nwhile time.process_time() < 1: pass"
    assert ended(monkeypatch, source) == 0

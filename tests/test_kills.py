"""Killed, or without power, at any moment: what was answered is there. `bench.kills` and `bench.power` do more of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="kills as Linux does")]


def survived(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize(
    "kinds", [("take", "fill", "increase", "rebuild"), ("review", "serve", "watch"), ("migrate", "keep")]
)
def test_commands_that_are_killed_lose_nothing_and_double_nothing(kinds: tuple[str, ...]) -> None:
    assert "kills survived" in survived("bench.kills", "--kills", "8", "--lives", *kinds)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here")
def test_a_record_outlives_power_cuts() -> None:
    assert "power cuts survived" in survived("bench.power", "--cuts", "100")

"""Threads: the tracker's numpy computes in the thread that asks, unless an operator says otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TASKS = Path("/proc/self/task")
COMPUTE = """
import os, tracker, numpy as np, scipy.linalg
from tracker.science import npmle
scipy.linalg.cho_factor(np.eye(600)), np.linalg.inv(np.eye(600))
print(len(os.listdir("/proc/self/task")), os.environ["OPENBLAS_NUM_THREADS"])
"""


def told(**more: str) -> list[str]:
    """Threads of a process that computes, and how many numpy was told to take."""
    known = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", COMPUTE], env=known | more, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.skipif(not TASKS.is_dir(), reason="threads are counted where Linux lists them")
def test_numpy_starts_no_threads_of_its_own():
    assert told() == ["1", "1"]


def test_an_operator_is_heard():
    assert told(OPENBLAS_NUM_THREADS="2")[1] == "2"

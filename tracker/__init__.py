"""Outcome Tracker: what was logged, what it means, how long it lasted.

The house, top floor first; imports go down only (tests/house/test_imports.py holds the rule):

    web  jobs  cli  app      how it travels
    services                 what people do: the only commits
    storage charts exports   remember, show, hand over (never import each other)
    evidence                 what the literature says
    science                  what the numbers mean: pure functions over numpy arrays
"""

import os

# Before anything loads numpy. Matrices here are small: its threads would only wait for each other, and on cores that
# are busy they made a clinic's summary four times as slow (docs/performance.md). Whoever sets it otherwise is heard.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

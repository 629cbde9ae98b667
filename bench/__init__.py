"""Benchmarks: each prints ratios to a floor that stands beside it in the same file. Never imported by the tracker."""

import tracker as tracker  # first: numpy is to run here as it runs there

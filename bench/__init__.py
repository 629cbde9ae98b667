"""Benchmarks: each prints ratios to a floor that stands beside it in the same file. Never imported by the tracker."""

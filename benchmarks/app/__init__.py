"""Benchmarks of the app: `python -m benchmarks.app`, or `python -m benchmarks --only app`."""

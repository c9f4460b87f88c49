"""`python -m benchmarks.app`: the same as `python -m benchmarks --only app`."""

from __future__ import annotations

import sys

from benchmarks.__main__ import main

if __name__ == "__main__":
    sys.argv[1:] = ["--only", "app", *sys.argv[1:]]
    main()

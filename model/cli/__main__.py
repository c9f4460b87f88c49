"""`python -m model.cli`: the same as `nocturne`."""

from __future__ import annotations

from model.cli import main

if __name__ == "__main__":
    main(prog_name="nocturne")

"""Tables of cases, read and written piece by piece, so that memory does not grow with the file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from network.errors import DiagnosisError

if TYPE_CHECKING:
    import pandas

ROWS = 10_000
"""Rows of a piece: enough to keep every core busy, and a few megabytes of answers."""
CSV, PARQUET = ".csv", ".parquet"
HEADER_ROWS = 1

Write = Callable[["pandas.DataFrame", "pandas.DataFrame"], None]


def pieces(path: Path) -> Iterator[tuple[int, pandas.DataFrame]]:
    """Yield (number of its first row, piece); rows are numbered as a spreadsheet shows the file.

    Raises
    ------
    DiagnosisError
        If the file is no table.
    """
    first = HEADER_ROWS + 1
    for piece in _parquet(path) if path.suffix == PARQUET else _csv(path):
        yield first, piece
        first += len(piece)


def _csv(path: Path) -> Iterator[pandas.DataFrame]:
    import pandas

    source: Any = sys.stdin.buffer if str(path) == "-" else path
    try:
        with pandas.read_csv(
            source, dtype=str, keep_default_na=False, chunksize=ROWS, encoding="utf-8-sig", index_col=False
        ) as reader:
            yield from reader
    except pandas.errors.EmptyDataError:
        raise DiagnosisError(f"{path.name}: the file is empty. Its first line names the columns.") from None
    except (pandas.errors.ParserError, pandas.errors.ParserWarning) as error:
        raise DiagnosisError(f"{path.name} is no CSV table: {error}") from None
    except UnicodeDecodeError:
        raise DiagnosisError(f"{path.name}: the file is not UTF-8 text. Save it as UTF-8.") from None


def _parquet(path: Path) -> Iterator[pandas.DataFrame]:
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            for piece in file.iter_batches(batch_size=ROWS):
                yield piece.to_pandas()
    except pyarrow.ArrowInvalid as error:
        raise DiagnosisError(f"{path.name} is no Parquet file: {error}") from None


@contextmanager
def writing(path: Path | None) -> Iterator[Write]:
    """Yield a function that writes what is kept of a piece beside its answers.

    A file appears only when it is whole.

    Raises
    ------
    DiagnosisError
        If the ending is neither .csv nor .parquet, or the file cannot be written.
    """
    if path is None:
        yield _csv_writer(sys.stdout)
        return
    if path.suffix not in (CSV, PARQUET):
        raise DiagnosisError(f"{path.name}: write to a {CSV} or a {PARQUET} file.")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.suffix == CSV:
            with beside.open("w", encoding="utf-8", newline="") as file:
                yield _csv_writer(file)
        else:
            with _ParquetWriter(beside) as writer:
                yield writer.write
        beside.replace(path)
    except OSError as error:
        raise DiagnosisError(f"cannot write {path}: {(error.strerror or str(error)).lower()}.") from None
    finally:
        beside.unlink(missing_ok=True)


def _csv_writer(file: Any) -> Write:
    """Return a function that appends to an open file; the first call writes the header."""
    header = True

    def write(kept: pandas.DataFrame, answers: pandas.DataFrame) -> None:
        nonlocal header
        _beside(kept, answers).to_csv(file, index=False, header=header, lineterminator="\n")
        header = False

    return write


class _ParquetWriter:
    """Appends pieces to a Parquet file; all have the columns and types of the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Any = None

    def __enter__(self) -> _ParquetWriter:
        return self

    def __exit__(self, *raised: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def write(self, kept: pandas.DataFrame, answers: pandas.DataFrame) -> None:
        import pyarrow
        from pyarrow import parquet

        frame = _beside(kept, answers)
        if self.writer is None:
            schema = pyarrow.schema(
                [
                    (name, pyarrow.float64() if frame[name].dtype == float else pyarrow.string())
                    for name in frame.columns
                ]
            )
            self.writer = parquet.ParquetWriter(self.path, schema)
        for name in frame.columns:
            if frame[name].dtype != float:
                frame[name] = [None if value is None else str(value) for value in frame[name]]
        self.writer.write_table(
            pyarrow.Table.from_pandas(frame, schema=self.writer.schema, preserve_index=False)
        )


def _beside(kept: pandas.DataFrame, answers: pandas.DataFrame) -> pandas.DataFrame:
    """Return what passes through and the answers as one table."""
    import pandas

    clash = set(kept.columns) & set(answers.columns)
    if clash:
        raise DiagnosisError(
            f"column {sorted(clash)[0]!r} is both kept and answered. Rename it, or do not keep it."
        )
    return pandas.concat([kept, answers], axis=1)

"""Imports go one way: app, views, model, network. Read from the import lines, without running the code."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400

# A package (or one module) and what nothing in it may import, at any depth.
FORBIDDEN = {
    "network": ("app", "views", "model", "streamlit", "tests"),
    "model": ("app", "views", "streamlit", "tests"),
    # Pages ask `model`; they never reach past it to the network, the engine or the libraries that compute.
    "views": ("app", "network", "model.engine", "model.reference", "pgmpy", "numba", "scipy", "tests"),
    "app": ("network", "model.engine", "model.reference", "pgmpy", "numba", "scipy", "tests"),
}

# pgmpy takes seconds to import: these modules exist to hand pgmpy objects around, and are imported on demand.
PGMPY_AT_THE_TOP = ("model/reference.py", "network/exchange.py", "network/pgmpy_bridge.py")
NUMBA_ANYWHERE = ("model/engine/kernels*.py",)
# What a shell query must not wait for.
SLOW_TO_IMPORT = ("pgmpy", "numba", "streamlit", "pandas", "scipy.stats")


class Import(NamedTuple):
    """One imported module, where it stands, and whether it runs when its file is imported."""

    module: str
    file: str
    line: int
    runs_on_import: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def source_files(package: str) -> list[Path]:
    """Python files of a package, or the one file of a module."""
    module = ROOT / f"{package}.py"
    return [module] if module.exists() else sorted((ROOT / package).rglob("*.py"))


def nodes_run_on_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything outside functions and outside `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for other in child.orelse:
                yield other
                yield from nodes_run_on_import(other)
            continue
        yield child
        yield from nodes_run_on_import(child)


def imported_names(node: ast.AST, file: str) -> list[str]:
    """Full module names of an import statement; `from a import b` counts as `a.b`, which may be a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        package = file.removesuffix(".py").split("/")[: -node.level]
        base = ".".join([*package, base]).rstrip(".")
    return [f"{base}.{alias.name}" for alias in node.names]


def imports_in(source: str, file: str) -> list[Import]:
    """Every import of one file, inside functions too."""
    tree = ast.parse(source, filename=file)
    at_import = set(map(id, nodes_run_on_import(tree)))
    return [
        Import(name, file, node.lineno, id(node) in at_import)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported_names(node, file)
    ]


def all_imports(package: str) -> list[Import]:
    """Every import of a package."""
    return [
        found
        for path in source_files(package)
        for found in imports_in(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    ]


def is_within(module: str, package: str) -> bool:
    """Whether a module is a package or part of it."""
    return module == package or module.startswith(f"{package}.")


def is_listed(file: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file matches one of the patterns."""
    return any(fnmatch(file, pattern) for pattern in patterns)


def lines(imports: list[Import]) -> str:
    """One import a line, for a message."""
    return "\n".join(map(str, imports))


@pytest.mark.parametrize("package", FORBIDDEN)
def test_package_imports_only_downwards(package: str) -> None:
    assert source_files(package), f"{package} has no Python file"
    wrong = [
        found for found in all_imports(package) for bad in FORBIDDEN[package] if is_within(found.module, bad)
    ]
    assert not wrong, lines(wrong)


def test_pgmpy_is_imported_only_where_a_pgmpy_object_is_wanted() -> None:
    wrong = [
        found
        for package in FORBIDDEN
        for found in all_imports(package)
        if is_within(found.module, "pgmpy")
        and found.runs_on_import
        and not is_listed(found.file, PGMPY_AT_THE_TOP)
    ]
    assert not wrong, lines(wrong)


def test_numba_is_imported_only_by_the_kernels() -> None:
    wrong = [
        found
        for package in FORBIDDEN
        for found in all_imports(package)
        if is_within(found.module, "numba") and not is_listed(found.file, NUMBA_ANYWHERE)
    ]
    assert not wrong, lines(wrong)


def test_one_file_touches_the_session_and_the_address() -> None:
    touching = {
        path.relative_to(ROOT).as_posix()
        for path in [*source_files("views"), *source_files("app")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("session_state", "query_params")
    }
    assert touching == {"views/shared/session.py"}


def test_no_source_file_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for package in ("network", "model")
        for path in source_files(package)
    }
    too_long = {file: length for file, length in lengths.items() if length > LONGEST_FILE}
    assert not too_long, f"more than {LONGEST_FILE} lines: {too_long}"


def test_the_reader_of_imports_sees_them_all() -> None:
    source = (
        "import a, b.c\n"
        "from .sibling import x\n"
        "from .. import top\n"
        "if TYPE_CHECKING:\n    import only_types\n"
        "try:\n    import tried\nexcept ImportError:\n    pass\n"
        "class C:\n    import in_class\n"
        "def f():\n    from late import y\n"
    )
    found = {(i.module, i.runs_on_import) for i in imports_in(source, "model/engine/plan.py")}
    assert found == {
        ("a", True),
        ("b.c", True),
        ("model.engine.sibling.x", True),
        ("model.top", True),
        ("only_types", False),
        ("tried", True),
        ("in_class", True),
        ("late.y", False),
    }


def test_importing_model_does_not_import_what_takes_seconds() -> None:
    code = "import sys, model, model.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert not loaded.intersection(SLOW_TO_IMPORT)

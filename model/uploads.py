"""Networks that people bring: a network file, or a zip of a knowledge folder or of a file with its names.

Whatever arrives is treated as made by a stranger. Sizes are checked before anything is unpacked, names of
files are never used as paths, and what is wrong becomes one error with every fault. Files are unpacked into a
folder of their own, which goes when the network is dropped; the network is not written to the user's cache.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
import threading
import warnings
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from model.differential import Differential
from network.build import build_network
from network.errors import DiagnosisError, ExchangeError, ImpossibleEvidence, KnowledgeError
from network.structure import Network

NETWORK_FILE = "network.yaml"
"""The file that tells a knowledge folder from other folders."""

NAMES_ENDING = ".names.json"
KNOWLEDGE_ENDINGS = (".yaml", ".csv")

LARGEST_UPLOAD = 2_000_000
MOST_FILES = 40
LARGEST_UNPACKED = 8_000_000
MOST_NODES = 1_000
LONGEST_NAME = 80

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files in a zip may be packed: what the common programs write."""

DAMAGED = (
    zipfile.BadZipFile,  # a header, a checksum
    zlib.error,  # the packed bytes
    EOFError,  # bytes that are missing
    NotImplementedError,  # a flag or a version that no common program writes
    ValueError,  # a place before the beginning, a name that is no text
)
"""What unpacking a damaged zip raises, as seen where bytes of zips are changed at random."""

_one_at_a_time = threading.Lock()


class UploadError(DiagnosisError):
    """A file that cannot be taken as a network, with all that is wrong with it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, eq=False)
class Upload:
    """A network that was brought, with the folder that holds its files for as long as this object lives.

    `key` is the hash of what was brought; `notes` say what was mended on the way.
    """

    network: Network
    folder: Path
    key: str
    notes: tuple[str, ...] = ()


def read_upload(name: str, content: bytes) -> Upload:
    """Return the network of an uploaded file.

    Parameters
    ----------
    name : what the file is called; its ending tells the format
    content : a BIF, XMLBIF, NET or UAI file, or a zip of a knowledge folder or of such a file with its names

    Raises
    ------
    UploadError
        With every fault: file, place in it, what is wrong and what would be right.
    """
    if len(content) > LARGEST_UPLOAD:
        raise _too_large(name)
    folder = Path(tempfile.mkdtemp(prefix="nocturne-"))
    with ExitStack() as unless_kept:
        unless_kept.callback(shutil.rmtree, folder, ignore_errors=True)
        is_zip = content[:2] == b"PK" or PurePosixPath(name).suffix.lower() == ".zip"
        files = unpacked(content) if is_zip else {_file_name(name): content}
        for file, data in files.items():
            (folder / file).write_bytes(data)
        with _one_at_a_time, _noted() as notes:
            network, source = _read(folder, list(files))
        if len(network) > MOST_NODES:
            raise UploadError(
                (f"The network has {len(network)} nodes; a page can draw {MOST_NODES} at most.",)
            )
        unless_kept.pop_all()
    digest = hashlib.sha256(f"{sorted(files)}".encode())
    for file in sorted(files):
        digest.update(hashlib.sha256(files[file]).digest())
    upload = Upload(network, source, digest.hexdigest()[:24], tuple(notes))
    weakref.finalize(upload, shutil.rmtree, folder, ignore_errors=True)
    return upload


def compile_upload(upload: Upload) -> Differential:
    """Return the differential of an uploaded network, tried once with nothing entered.

    Raises
    ------
    TooWide
        Before anything is computed, if exact answers would need tables larger than memory allows.
    UploadError
        If the network rules out its own complaint.
    """
    ddx = Differential.of(upload.network, folder=upload.folder)
    try:
        ddx.query()
    except ImpossibleEvidence as error:
        raise UploadError((f"The complaint is impossible in this network: {error}",)) from None
    return ddx


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the network files of a zip by their plain names; folders in it are looked through, not made.

    Raises
    ------
    UploadError
        If it is no zip, is encrypted, holds too much, or holds no network file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _wanted(archive)
            return {name: _member(archive, entry) for name, entry in entries.items()}
    except DAMAGED as error:
        raise UploadError((f"The zip cannot be unpacked: {error}. Pack it again.",)) from None
    except RuntimeError:
        raise UploadError(("The zip is locked with a password. Pack it without one.",)) from None


def _wanted(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries that a network is read from, after counting and weighing all of them."""
    infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise UploadError((f"The zip holds {len(infos)} files; at most {MOST_FILES} are read.",))
    if sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise UploadError(
            (f"The files in the zip hold more than {LARGEST_UNPACKED // 1_000_000} MB unpacked.",)
        )
    faults: list[str] = []
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            faults.append(f"{_shown(info.filename)}: the name leads out of the zip. Pack the folder itself.")
        elif path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        elif _is_of_interest(path.name):
            name = _file_name(path.name)
            if info.compress_type not in METHODS:
                faults.append(f"{_shown(name)} is packed in an unusual way. Pack the folder as a plain zip.")
            if name in found:
                faults.append(f"{_shown(name)} is in the zip twice. Pack one network at a time.")
            found[name] = info
    if not found and not faults:
        faults.append(
            f"The zip holds no network: neither {NETWORK_FILE} with the other knowledge files, nor a BIF, "
            "XMLBIF, NET or UAI file."
        )
    if faults:
        raise UploadError(tuple(faults))
    return found


def _is_of_interest(name: str) -> bool:
    """Return whether a file may be part of a network."""
    from network.exchange import SUFFIXES

    return name.lower().endswith((*KNOWLEDGE_ENDINGS, NAMES_ENDING, *SUFFIXES))


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return one file of a zip, never more than it announces: the announced sizes were added up."""
    with archive.open(entry) as file:
        data = file.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise UploadError((f"{_shown(entry.filename)} is larger than the zip says. Pack it again.",))
    return data


def _read(folder: Path, files: list[str]) -> tuple[Network, Path]:
    """Return the network of unpacked files and what it was read from."""
    from network.exchange import SUFFIXES, read

    try:
        if NETWORK_FILE in files:
            return build_network(folder), folder
        networks = [file for file in files if file.lower().endswith(tuple(SUFFIXES))]
        if len(networks) > 1:
            raise UploadError((f"There are {len(networks)} networks: {', '.join(networks)}. Bring one.",))
        if not networks and len(files) > 1:
            raise UploadError((f"There is no {NETWORK_FILE} and no network file here.",))
        source = folder / (networks or files)[0]
        return read(source, max_bytes=LARGEST_UNPACKED), source
    except KnowledgeError as error:
        raise UploadError(tuple(str(fault) for fault in error.faults)) from None
    except (ExchangeError, DiagnosisError) as error:
        if isinstance(error, UploadError):
            raise
        raise UploadError((str(error).replace(f"{folder}/", ""),)) from None


@contextmanager
def _noted() -> Iterator[list[str]]:
    """Collect what reading a file warns about."""
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        yield notes
        notes += [str(warning.message) for warning in caught if warning.category is UserWarning]


def _file_name(name: str) -> str:
    """Return a plain file name: letters, digits, dots, dashes and underscores, ending kept."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", PurePosixPath(name.replace("\\", "/")).name).lstrip(".")
    return plain[-LONGEST_NAME:].lstrip(".") or "network"


def _shown(name: str) -> str:
    return repr(name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…")


def _too_large(name: str) -> UploadError:
    return UploadError(
        (
            f"{_shown(name)} is larger than {LARGEST_UPLOAD // 1_000_000} MB. Pack it as a zip, or export it "
            "with chained tables.",
        )
    )

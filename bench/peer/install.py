"""Tryton in a virtual environment of its own under `.bench/`: exactly the pinned versions."""

import hashlib
import shutil
import subprocess
import venv
from pathlib import Path

from bench.place import FOLDER, Report

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_ENVIRONMENT = FOLDER / "tryton"
_LONGEST_SECONDS = 900


class PeerUnavailableError(RuntimeError):
    """The peer cannot be had here, so nothing can be compared with it."""


def installed(report: Report) -> Path:
    """The folder of Tryton's programs; installed now, unless it has been.

    Raises:
        PeerUnavailableError: there is no package registry, or it lacks what is pinned.
    """
    programs = _ENVIRONMENT.absolute() / "bin"
    note = _ENVIRONMENT / "installed"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not note.exists() or note.read_text() != wanted:
        report("Installing Tryton")
        shutil.rmtree(_ENVIRONMENT, ignore_errors=True)
        venv.create(_ENVIRONMENT, with_pip=True)
        _install(programs / "python")
        note.write_text(wanted)
    return programs


def _install(python: Path) -> None:
    command = [
        str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install",
        "--require-hashes", "--only-binary", ":all:", "-r", str(REQUIREMENTS),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise PeerUnavailableError(
            f"Tryton was not installed within {_LONGEST_SECONDS} seconds."
        ) from error
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = "\n".join(complaints) or done.stderr
        raise PeerUnavailableError(
            f"Tryton cannot be installed; is a package registry within reach? {reason}"
        )

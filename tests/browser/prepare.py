"""Have a Chromium: install Debian's when there is none and we may."""

import os
import shutil
import subprocess
import sys

from tests.browser.chromium import find_chromium


def main() -> None:
    """Install it, or say what to do."""
    if find_chromium():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("The browser test needs Chromium: install it, or set CHROMIUM to its program.")
    print("Installing Chromium ...", flush=True)  # noqa: T201 - it takes a while
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(
            ["apt-get", *arguments],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )


if __name__ == "__main__":
    main()

"""Read the project's dependencies from requirements.in, so that they are listed once."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsMetadataHook(MetadataHookInterface):
    """Fill `project.dependencies` with the lines of requirements.in."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies; blank lines and comments are left out."""
        lines = Path(self.root, "requirements.in").read_text(encoding="utf-8").splitlines()
        names = (line.split("#", 1)[0].strip() for line in lines)
        metadata["dependencies"] = [name for name in names if name]

"""What answers: the release."""

from importlib.metadata import version

import strawberry


@strawberry.type
class AboutQueries:
    """The release that answers."""

    @strawberry.field(description="The release of Perpetuo that answers.")
    def version(self) -> str:
        """As in the package's metadata, "0.1.0"."""
        return version("perpetuo")

"""What flags of the command line can be: each may be written in any case, by-level as BY_LEVEL."""

from enum import StrEnum


class Journals(StrEnum):
    """Whether a migration makes its journals."""

    GENERATE = "GENERATE"
    NONE = "NONE"


class OnError(StrEnum):
    """What an import does after a refusal."""

    STOP = "STOP"
    SKIP = "SKIP"


class Group(StrEnum):
    """How many journal entries a batch makes: those of `PostingGroup`, which takes long to load."""

    PER_DOCUMENT = "PER_DOCUMENT"
    PER_ENTRY = "PER_ENTRY"

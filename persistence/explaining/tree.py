"""The tree of an explanation while it is being opened: what opens, what stays closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.explain.nodes import OPENABLE, Node, Subject
from persistence.in_step import NothingThereError

MOST_OPENED = 300
"""Nodes that one question opens; the rest stay closed."""

MOST_CHILDREN_OPENED = 25
"""Children of one node that are opened with it; the rest stay closed."""


@dataclass(slots=True)
class Branch:
    """A node that is being opened; `left` is how many more of its tree may be."""

    subject: Subject
    depth: int
    left: list[int]
    children: "list[Branch] | None" = None
    is_missing: bool = False

    def opens(self) -> bool:
        """Whether it is opened now; then it counts."""
        if self.subject.kind not in OPENABLE:
            self.children = []
            return False
        if self.depth <= 0 or self.left[0] <= 0:
            return False
        self.left[0] -= 1
        return True

    def grow(self, parts: Sequence[Subject] | None) -> "list[Branch]":
        """What it consists of, closed yet; None: it is about nothing that there is."""
        self.is_missing = parts is None
        self.children = [
            Branch(part, self.depth - 1 if place < MOST_CHILDREN_OPENED else 0, self.left)
            for place, part in enumerate(parts or ())
        ]
        return self.children

    def node(self) -> Node:
        """The node with all below it.

        Raises:
            NothingThereError: one of them is about nothing that there is.
        """
        if self.is_missing:
            raise NothingThereError
        if self.children is None:
            return Node(self.subject)
        return Node(self.subject, tuple(child.node() for child in self.children))


def root_of(subject: Subject, depth: int) -> Branch:
    """A tree of its own, closed yet."""
    return Branch(subject, depth, [MOST_OPENED])


def grown(root: Branch) -> Node | None:
    """The whole tree; None where a part of it is about nothing that there is."""
    try:
        return root.node()
    except NothingThereError:
        return None

"""Requests for the same document at the same time: none is refused while another may be posted.

Whoever has waited long enough sends a request again. The repetition may be refused by the books as
they are, while the first is still on its way and then accepted by what they have become. Therefore
a refused request waits until all of its id are decided, and is told if one of them is posted.

This holds within a process: of another server's requests nothing is known here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from domain.errors import Refused
from domain.ports import Recorded


class _Requests:
    """Those for one document."""

    __slots__ = ("decided", "is_posted", "undecided")

    def __init__(self) -> None:
        self.undecided = 0
        self.is_posted = False
        self.decided: asyncio.Event | None = None
        """Made once somebody waits: nearly always there is but one request."""

    def note_decided(self) -> None:
        """One of them is: nobody waits any longer for those whose outcome cannot matter."""
        self.undecided -= 1
        if self.decided is not None and (self.is_posted or not self.undecided):
            self.decided.set()

    async def are_posted(self) -> bool:
        """Whether one of them is, once that is certain."""
        if self.undecided and not self.is_posted:
            self.decided = self.decided or asyncio.Event()
            await self.decided.wait()
        return self.is_posted


class Repetitions:
    """The requests that are not decided yet, by their documents' ids."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[UUID, _Requests] = {}

    async def post(self, document: UUID, post: Callable[[], Awaitable[Recorded]]) -> Recorded:
        """Post a document; if it is refused, but not to another request of its id, once more.

        Raises:
            Refused: as all were that asked for it at the same time.
        """
        requests = self._of.get(document)
        if requests is None:
            requests = self._of[document] = _Requests()
        requests.undecided += 1
        try:
            recorded = await post()
        except Refused as refused:
            refusal = refused
        else:
            requests.is_posted = True
            return recorded
        finally:
            requests.note_decided()
            if not requests.undecided:
                del self._of[document]
        if await requests.are_posted():
            return await post()  # the first result, or that it was another content
        raise refusal

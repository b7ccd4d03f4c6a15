"""A small proxy before several servers, as an operator would put one there."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from itertools import count

Answered = Callable[[int, bytes], bool]
"""Told a server's place and a piece of its answer before it is passed on: whether it may be."""


class Balancer:
    """Leads each connection to the next server that listens; knows nothing of HTTP.

    A connection whose server dies is closed: whoever asked does not know what became of it.
    """

    def __init__(self, ports: Sequence[int], answered: Answered) -> None:
        self._ports = ports
        self._answered = answered
        self._turns = count()
        self.connections = [0] * len(ports)
        """How many each server was given."""
        self._clients: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self._clients[asyncio.current_task()] = answer
        try:
            place, source, sink = await self._next_that_listens()
            await asyncio.gather(
                self._pass_on(client, sink, None), self._pass_on(source, answer, place)
            )
        except ConnectionError:
            answer.close()

    async def end(self) -> None:
        """End all connections."""
        for answer in self._clients.values():
            answer.close()
        await asyncio.wait([task for task in self._clients if task is not None])

    async def _next_that_listens(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self._ports:
            place = next(self._turns) % len(self._ports)
            with suppress(ConnectionRefusedError):
                source, sink = await asyncio.open_connection("127.0.0.1", self._ports[place])
                self.connections[place] += 1
                return place, source, sink
        raise ConnectionRefusedError("no server listens")

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, place: int | None
    ) -> None:
        try:
            while data := await source.read(65536):
                if place is not None and not self._answered(place, data):
                    break
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass  # the other direction ends with this one, as the client will see
        finally:
            sink.close()


@contextmanager
def balanced(
    ports: Sequence[int], answered: Answered = lambda _place, _data: True
) -> Iterator[tuple[str, Balancer]]:
    """A proxy before the servers on these ports of this machine; its base address."""
    balancer = Balancer(ports, answered)
    ready: Future[tuple[int, Callable[[], object]]] = Future()

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        server = await asyncio.start_server(balancer.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ready.set_result((port, lambda: loop.call_soon_threadsafe(stop.set)))
        await stop.wait()
        server.close()
        await balancer.end()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    port, stop = ready.result(10)
    try:
        yield f"http://127.0.0.1:{port}", balancer
    finally:
        stop()
        thread.join()

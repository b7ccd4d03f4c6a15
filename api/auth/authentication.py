"""From `Authorization: Bearer ...` to who asks.

Whatever is wrong with a token, the answer is the same: nobody is signed in. Who was found is
remembered, but only while this process hears of changes of keys, principals and roles: each makes
it forget, so that it counts at once. What is changed by hand, by SQL, counts after
`REMEMBERED_SECONDS` at the latest.
"""

import hashlib
from datetime import UTC, datetime
from typing import Protocol

import psycopg
import structlog

from api.auth.keys import GivenKey, parse_key
from api.auth.memory import ShortMemory
from api.auth.principal import ANONYMOUS, DEVELOPER, Principal
from domain.authority import Authority
from domain.errors import Refused, SystemBusy
from domain.roles import Permission
from persistence.access import sign_in
from persistence.access.sign_in import SignedIn
from persistence.database import Database
from persistence.passing import is_passing

log = structlog.get_logger("perpetuo.access")

REMEMBERED_SECONDS = 15.0
"""How long a process goes on with what it knows of a key or token."""

_LONGEST_TOKEN = 8192


class Authenticator(Protocol):
    """Says who asks."""

    async def principal(self, authorization: str | None) -> Principal:
        """Who sends this `Authorization` header; ANONYMOUS unless it is valid.

        Raises:
            Refused: TRY_AGAIN when the database or the identity provider's keys cannot be had.
        """
        ...


class Tokens(Protocol):
    """Checks access tokens of an identity provider."""

    async def subject(self, token: str) -> tuple[str, float] | None:
        """Whose token it is and for how many seconds it is still valid; None if it is not."""
        ...


class Development:
    """Everybody is the developer: on this machine only, over its own database."""

    async def principal(self, authorization: str | None) -> Principal:  # noqa: ARG002 - no token is looked at
        """The developer."""
        return DEVELOPER


class TokenAuthenticator:
    """API keys, and access tokens where an identity provider is configured."""

    def __init__(self, database: Database, tokens: Tokens | None = None) -> None:
        """Keys and roles are in the database."""
        self._database = database
        self._tokens = tokens
        self._known: ShortMemory[bytes, Principal] = ShortMemory(REMEMBERED_SECONDS)
        self._hears = False
        self._changes = 0

    def changed(self) -> None:
        """See `persistence.access.hearing.Hearer`."""
        self._forget(hears=True)

    def deaf(self) -> None:
        """See `persistence.access.hearing.Hearer`."""
        self._forget(hears=False)

    def _forget(self, *, hears: bool) -> None:
        self._hears = hears
        self._changes += 1
        self._known.clear()

    async def principal(self, authorization: str | None) -> Principal:
        """See `Authenticator`."""
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not 0 < len(token) <= _LONGEST_TOKEN:
            return ANONYMOUS
        # What is remembered is found by its hash: comparing hashes tells nothing of the token.
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._known.get(digest)
        if known is not None:
            return known
        changes = self._changes
        try:
            found = await self._found(token)
        except psycopg.Error as fault:
            if not is_passing(fault):
                raise
            log.warning("try_again", operation="sign in", fault=repr(fault))
            raise Refused(SystemBusy()) from fault
        if found is None:
            return ANONYMOUS
        principal, seconds = found
        # What has changed while we asked may not be in the answer.
        if self._hears and changes == self._changes:
            self._known.put(digest, principal, seconds)
        return principal

    async def _found(self, token: str) -> tuple[Principal, float | None] | None:
        key = parse_key(token)
        if key is not None:
            return await self._by_key(key)
        return None if self._tokens is None else await self._by_token(self._tokens, token)

    async def _by_key(self, given: GivenKey) -> tuple[Principal, float | None] | None:
        key = await sign_in.key_by_prefix(self._database, given.prefix)
        # An unknown prefix is compared too: it takes no shorter than a wrong secret.
        if not given.proves(key.secret_hash if key else bytes(32)) or key is None:
            return None
        found = await sign_in.principal_of_key(self._database, key)
        if found is None:
            return None
        scopes = None if key.scopes is None else frozenset(map(Permission, key.scopes))
        seconds = None
        if key.expires_at is not None:
            seconds = (key.expires_at - datetime.now(UTC)).total_seconds()
        return _principal(found, scopes), seconds

    async def _by_token(self, tokens: Tokens, token: str) -> tuple[Principal, float] | None:
        known = await tokens.subject(token)
        if known is None:
            return None
        subject, seconds = known
        found = await sign_in.principal_by_subject(self._database, subject)
        return (_principal(found, None), seconds) if found else None


def _principal(found: SignedIn, scopes: frozenset[Permission] | None) -> Principal:
    return Principal(
        name=found.name,
        is_operator=found.is_operator,
        is_service=found.is_service,
        scopes=scopes,
        authorities={
            company: Authority.of(grants, scopes) for company, grants in found.grants.items()
        },
        roles=frozenset(grant.role for grants in found.grants.values() for grant in grants),
    )

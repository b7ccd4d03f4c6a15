"""Access tokens of an OpenID Connect provider: JWTs with issuer, audience and algorithm pinned.

The provider's keys are found by discovery and kept. A key id that is not among them makes them be
fetched again, at most once in `REFRESH_SECONDS` however many tokens come, so that a rotation is
noticed and a flood of made-up key ids is none of the provider's business.
"""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from api.settings import is_loopback
from domain.errors import Refused, SystemBusy

log = structlog.get_logger("perpetuo.auth")

REFRESH_SECONDS = 60.0
"""How long to wait at least before the keys are fetched again because of an unknown key id."""

KEPT_SECONDS = 3600.0
"""How long keys are used before they are fetched again anyway."""

LEEWAY_SECONDS = 30
"""How far the provider's clock may be off."""

FIRST_KEYS_SECONDS = 5.0
"""How long to wait at least between attempts while there are no keys at all."""

_FETCH_SECONDS = 5.0
_MOST_BYTES = 1_048_576

_UNUSABLE = (JoseError, ValueError, TypeError, LookupError)
"""What the library raises over tokens and keys that are not as they should be."""


class UnusableProviderError(Exception):
    """What the provider publishes cannot be used, or it does not answer."""


class OpenIdTokens:
    """Checks access tokens of one provider."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        algorithm: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is fetched before the first token comes.

        Args:
            issuer: the provider, as in the tokens' `iss`, to the letter.
            audience: this API, as in the tokens' `aud`.
            algorithm: the one signature algorithm that is accepted.
            clock: seconds that only grow.
        """
        self._issuer = issuer
        self._algorithm = algorithm
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._tried_at: float | None = None
        self._fetching = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def subject(self, token: str) -> tuple[str, float] | None:
        """Whose token it is and for how many seconds it is still valid; None if it is not.

        Raises:
            Refused: TRY_AGAIN while the provider's keys cannot be had.
        """
        keys = await self._current_keys()
        try:
            try:
                return self._checked(token, keys)
            except InvalidKeyIdError:
                newer = await self._newer_keys(keys)
                return self._checked(token, newer) if newer is not keys else None
        except _UNUSABLE as problem:
            # The class says enough; texts could quote what is in the token.
            log.info("token_refused", problem=type(problem).__name__)
            return None

    def _checked(self, token: str, keys: KeySet) -> tuple[str, float]:
        found = jwt.decode(token, keys, algorithms=[self._algorithm])
        self._claims.validate(found.claims)
        seconds = float(found.claims["exp"]) + LEEWAY_SECONDS - time.time()
        return str(found.claims["sub"]), seconds

    async def _current_keys(self) -> KeySet:
        keys = self._keys
        if keys is not None and self._clock() - self._fetched_at < KEPT_SECONDS:
            return keys
        return await self._newer_keys(keys)

    async def _newer_keys(self, seen: KeySet | None) -> KeySet:
        """The keys, fetched again unless somebody just did or tried to."""
        async with self._fetching:
            waited = None if self._tried_at is None else self._clock() - self._tried_at
            pause = FIRST_KEYS_SECONDS if self._keys is None else REFRESH_SECONDS
            if self._keys is seen and (waited is None or waited >= pause):
                self._tried_at = self._clock()
                try:
                    self._keys = await asyncio.to_thread(_fetch_keys, self._issuer)
                    self._fetched_at = self._clock()
                except (OSError, ValueError, UnusableProviderError) as problem:
                    log.warning("provider_unavailable", problem=repr(problem))
        if self._keys is None:
            raise Refused(SystemBusy())
        return self._keys


def _fetch_keys(issuer: str) -> KeySet:
    """The provider's keys, where its discovery document says they are."""
    discovery = _fetch_object(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if discovery.get("issuer") != issuer:
        raise UnusableProviderError("the discovery document is another issuer's")
    keys: Any = _fetch_object(str(discovery.get("jwks_uri")))
    if not isinstance(keys.get("keys"), list):
        raise UnusableProviderError("the document of keys has no keys")
    return _usable_keys(keys["keys"])


def _usable_keys(published: list[Any]) -> KeySet:
    """The keys that can be used; what is meant for others is passed over (RFC 7517, section 5).

    Raises:
        UnusableProviderError: there is none.
    """
    found: list[Any] = []
    for one in published:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except _UNUSABLE as problem:
            log.info("provider_key_passed_over", problem=type(problem).__name__)
    if not found:
        raise UnusableProviderError("there is no key that can be used")
    return KeySet(found)


def _fetch_object(url: str) -> Mapping[str, Any]:
    _check_url(url)
    with _opener.open(url, timeout=_FETCH_SECONDS) as response:
        body = response.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise UnusableProviderError("the answer is too large")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise UnusableProviderError("the answer is no JSON object")
    return found


def _check_url(url: str) -> None:
    """Only HTTPS proves who the provider is; on this machine plain HTTP does.

    Raises:
        UnusableProviderError: it is neither.
    """
    parts = urlsplit(url)
    is_near = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or is_near):
        raise UnusableProviderError("should be an https:// address")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A provider says where its keys are; nobody on the way may send us elsewhere."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nobody: the redirect itself is then the error."""
        return


_opener = urllib.request.build_opener(_NoRedirects)

"""Access tokens of an identity provider: what is accepted, and what is asked of the provider."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey

from api.auth.oidc import FIRST_KEYS_SECONDS, KEPT_SECONDS, REFRESH_SECONDS, OpenIdTokens
from api.settings import Settings
from domain.errors import Refused
from tests.api.identity_provider import Provider, forged_by_hand, identity_provider
from tests.api.staff import Staff, codes
from tests.servers import running_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider() as provider:
        yield provider


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def tokens_of(provider: Provider, clock: Clock | None = None) -> OpenIdTokens:
    return OpenIdTokens(provider.issuer, "perpetuo", "RS256", clock=clock or Clock())


async def test_a_good_token_says_whose_it_is(provider: Provider) -> None:
    tokens = tokens_of(provider)
    found = await tokens.subject(provider.token())
    assert found is not None
    assert found[0] == "olga-at-login"
    assert 600 < found[1] <= 630
    assert await tokens.subject(provider.token(aud=["other", "perpetuo"])) is not None
    assert provider.fetched == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.example"}, {"iss": None}, {"aud": "another"}, {"aud": None},
        {"aud": []}, {"sub": None}, {"sub": 7}, {"exp": None}, {"exp": 1},
        {"exp": "soon"}, {"nbf": 4_000_000_000}, {"algorithm": "PS256"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_wrong_claim_or_algorithm_is_refused(
    provider: Provider, changed: dict[str, Any]
) -> None:
    assert await tokens_of(provider).subject(provider.token(**changed)) is None


async def test_a_forged_token_is_refused(provider: Provider) -> None:
    tokens = tokens_of(provider)
    foreign = RSAKey.generate_key(2048, {"kid": "one"})
    assert await tokens.subject(provider.token(key=foreign)) is None
    public = provider.keys[0].as_pem(private=False)
    good = provider.token()
    confused = forged_by_hand(good, {"alg": "HS256", "kid": "one"}, public)
    assert await tokens.subject(confused) is None
    unsigned = forged_by_hand(good, {"alg": "none", "kid": "one"}, None)
    assert await tokens.subject(unsigned) is None
    odd = forged_by_hand(good, {"alg": "RS256", "kid": "one", "crit": 5}, None)
    assert await tokens.subject(odd) is None
    for bad in ("", "a.b.c", good[:-4], good + "x", "é.é.é", good.split(".")[0]):
        assert await tokens.subject(bad) is None


async def test_a_rotation_is_noticed_and_a_flood_is_not_passed_on(provider: Provider) -> None:
    clock = Clock()
    tokens = tokens_of(provider, clock)
    assert await tokens.subject(provider.token()) is not None
    provider.rotate("two")
    clock.now += REFRESH_SECONDS
    assert await tokens.subject(provider.token()) is not None
    assert provider.fetched == 2
    for number in range(20):
        forged = RSAKey.generate_key(2048, {"kid": f"made-up-{number}"})
        assert await tokens.subject(provider.token(key=forged)) is None
    assert provider.fetched == 2
    clock.now += KEPT_SECONDS
    assert await tokens.subject(provider.token()) is not None
    assert provider.fetched == 3


async def test_while_the_provider_is_away_its_keys_go_on_being_used(provider: Provider) -> None:
    clock = Clock()
    tokens = tokens_of(provider, clock)
    provider.is_away = True
    with pytest.raises(Refused) as refused:
        await tokens.subject(provider.token())
    assert [one.code for one in refused.value.refusals] == ["TRY_AGAIN"]
    provider.is_away = False
    clock.now += REFRESH_SECONDS
    assert await tokens.subject(provider.token()) is not None
    provider.is_away = True
    clock.now += 2 * KEPT_SECONDS
    assert await tokens.subject(provider.token()) is not None


async def test_keys_that_are_meant_for_others_are_passed_over(provider: Provider) -> None:
    provider.foreign_keys = [
        RSAKey.generate_key(2048, {"kid": "for-secrets", "use": "enc"}).as_dict(private=False),
        {"kty": "EC", "kid": "tomorrow", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "AKP", "kid": "later", "alg": "ML-DSA-44", "pub": "AA"},
        {"kty": "RSA", "kid": "half"},
        3,
    ]
    assert await tokens_of(provider).subject(provider.token()) is not None


async def test_without_any_key_the_provider_is_asked_again_soon(provider: Provider) -> None:
    clock = Clock()
    tokens = tokens_of(provider, clock)
    provider.is_away = True
    for _ in range(3):
        with pytest.raises(Refused):
            await tokens.subject(provider.token())
    provider.is_away = False
    with pytest.raises(Refused):
        await tokens.subject(provider.token())
    clock.now += FIRST_KEYS_SECONDS
    assert await tokens.subject(provider.token()) is not None


async def test_another_issuers_discovery_is_not_believed(provider: Provider) -> None:
    provider.claims_issuer = "https://login.example"
    with pytest.raises(Refused):
        await tokens_of(provider).subject(provider.token())
    assert provider.fetched == 0


def test_a_token_signs_in_the_user_it_names(provider: Provider, database_url: str) -> None:
    settings = Settings(oidc_issuer=provider.issuer, oidc_audience="perpetuo")
    with running_server(database_url, settings) as base:
        staff = Staff(base, database_url)
        staff.add("olga", subject="olga-at-login")
        key = staff.key("olga")

        def me(token: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            query = {"query": "{ me { name isOperator access { permissions } } }"}
            return httpx2.post(f"{base}/graphql", json=query, headers=headers).json()

        olga = {"me": {"name": "olga", "isOperator": False, "access": []}}
        assert me(provider.token())["data"] == olga
        assert me(key)["data"] == olga
        assert codes(me(provider.token("a-stranger"))) == ["UNAUTHENTICATED"]
        assert codes(me(provider.token(aud="another"))) == ["UNAUTHENTICATED"]


def test_a_provider_that_is_away_is_worth_trying_again(
    provider: Provider, database_url: str
) -> None:
    provider.is_away = True
    settings = Settings(oidc_issuer=provider.issuer, oidc_audience="perpetuo")
    with running_server(database_url, settings) as base:
        headers = {"Authorization": f"Bearer {provider.token()}"}
        query = {"query": "{ me { name } }"}
        answer = httpx2.post(f"{base}/graphql", json=query, headers=headers)
        assert answer.status_code == 503
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "TRY_AGAIN"

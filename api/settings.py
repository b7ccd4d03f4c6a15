"""Settings: PERPETUO_* in the environment or in `.env`; the command line's flags go before both."""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.cost.limits import CostLimits
from api.executing.text_limits import TextLimits
from api.settings_error import SettingsError

_PREFIX = "PERPETUO_"
_FILE = ".env"
_TEXT = TextLimits()


class Settings(BaseSettings):
    """What an operator may choose; each field is read from PERPETUO_ and its name."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str | None = Field(
        default=None,
        repr=False,  # it may hold a password
        pattern=r"^(postgres(ql)?://|.*\w+=)",
        description="Address of a PostgreSQL 15+; without it an embedded one runs in data_dir.",
    )
    data_dir: Path = Field(default=Path(".perpetuo"), description="Where the embedded one lives.")
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535, description="0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that share the port.")
    connections: int = Field(
        default=10, ge=1, le=500, description="Most database connections per worker."
    )
    postings_at_once: int = Field(
        default=2,
        ge=1,
        le=100,
        description="Transactions in which a worker posts what waits; more for a database far off.",
    )
    replica_urls: str = Field(
        default="",
        repr=False,  # they may hold passwords
        pattern=r"^\s*(postgres(ql)?://\S+\s*)*$",
        description="Addresses of streaming replicas that answer queries, with spaces between.",
    )
    replica_reads: Literal["named", "all"] = Field(
        default="named",
        description="Which queries they answer: those that name a consistencyToken, or all.",
    )
    replica_wait_seconds: float = Field(
        default=0.3, ge=0, le=10, description="How long a query waits for a replica to catch up."
    )
    demo: bool | None = Field(
        default=None, description="Open the demo company; by default with the embedded database."
    )
    fold_ledger: bool = Field(
        default=True, description="This server keeps the ledger's sums up to date for reports."
    )
    webhook_private_targets: bool = Field(
        default=False, description="Webhooks may lead into private networks, and without TLS."
    )
    allowed_origins: str = Field(
        default="",
        pattern=r"^\s*([a-z][a-z0-9.+-]*://[^\s,/?#]+\s*(,\s*|$))*$",
        description="Other websites whose pages may ask, as https://shop.example, with commas.",
    )
    auth: Literal["development", "required"] | None = Field(
        default=None,
        description="Whether a token is needed; by default not on loopback with the embedded one.",
    )
    oidc_issuer: str | None = Field(
        default=None, description="The OpenID Connect provider whose access tokens are accepted."
    )
    oidc_audience: str | None = Field(
        default=None, min_length=1, description="What its tokens call this API."
    )
    oidc_algorithm: Literal["RS256", "PS256", "ES256", "Ed25519"] = Field(
        default="RS256", description="The one algorithm its tokens are signed with."
    )
    cost_limits: str = Field(
        default="",
        description="What one operation may cost, by role: VIEWER=20000,ADMIN=100000.",
    )
    documents: Literal["all", "trusted"] = Field(
        default="all",
        description="Which operations are run: all, or only those of `perpetuo documents add`.",
    )
    max_depth: int = Field(
        default=_TEXT.depth, ge=1, le=100, description="Levels of fields of an operation."
    )
    max_fields: int = Field(default=_TEXT.fields, ge=1, description="Fields of an operation.")
    max_aliases: int = Field(default=_TEXT.aliases, ge=0, description="Aliased ones of them.")
    max_tokens: int = Field(default=_TEXT.tokens, ge=1, description="Tokens of its text.")
    otlp_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="Where traces are sent (OTLP over HTTP); by default they are not made.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator(
        *("replica_reads", "auth", "oidc_algorithm", "documents", "log_level", "log_format"),
        mode="before",
    )
    @classmethod
    def _in_any_case(cls, given: object, field: ValidationInfo) -> object:
        """A choice as it is spelt here, however it was written."""
        spelt = {one.lower(): one for one in _choices(cls.model_fields[str(field.field_name)])}
        return spelt.get(str(given).lower(), given)

    @field_validator("cost_limits")
    @classmethod
    def _known_roles(cls, text: str) -> str:
        CostLimits.parse(text)
        return text

    @classmethod
    def load(cls, flags: Mapping[str, Any] | None = None) -> Self:
        """Read the settings; flags that are None count as not given.

        Raises:
            SettingsError: with one line for every setting that is wrong or unknown.
        """
        given = {name: value for name, value in (flags or {}).items() if value is not None}
        lines = _unknown_names(set(cls.model_fields))
        try:
            settings = cls(**given)
        except ValidationError as error:
            lines += [_line(problem, given) for problem in error.errors()]
            raise SettingsError(lines) from error
        if lines:
            raise SettingsError(lines)
        return settings

    @property
    def auth_mode(self) -> Literal["development", "required"]:
        """Whether a token is needed. Without one only on this machine, over its own database.

        Raises:
            SettingsError: auth has to be chosen, or is half configured.
        """
        lines = _provider_faults(self.oidc_issuer, self.oidc_audience)
        is_local = self.embedded and is_loopback(self.host)
        mode = self.auth or ("required" if self.oidc_issuer else None)
        if mode is None and is_local:
            mode = "development"
        if mode is None:
            lines.append(
                "PERPETUO_AUTH: set it to required, and make a key with `perpetuo keys create`; "
                "without tokens only loopback with the embedded database is served."
            )
        elif mode == "development" and not is_local:
            lines.append(
                "PERPETUO_AUTH: development is for loopback with the embedded database only."
            )
        elif mode == "development" and self.oidc_issuer:
            lines.append("PERPETUO_AUTH: development does not go with PERPETUO_OIDC_ISSUER.")
        if lines or mode is None:
            raise SettingsError(lines)
        return mode

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins beside the server's own whose pages may ask."""
        return tuple(one.strip() for one in self.allowed_origins.split(",") if one.strip())

    @property
    def text_limits(self) -> TextLimits:
        """What an operation's text may have at most."""
        return TextLimits(self.max_depth, self.max_fields, self.max_aliases, self.max_tokens)

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url is None

    @property
    def with_demo(self) -> bool:
        """Whether the demo company is opened: asked for, or the database is the embedded one."""
        return self.embedded if self.demo is None else self.demo

    def to_environment(self) -> dict[str, str]:
        """The environment from which another process loads the same settings."""
        return {
            _PREFIX + name.upper(): str(value)
            for name, value in self.model_dump().items()
            if value is not None
        }


def _choices(field: FieldInfo) -> Iterator[str]:
    """What a setting of type Literal, or Literal or None, can be."""
    for one in get_args(field.annotation):
        yield from (one,) if isinstance(one, str) else get_args(one)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _provider_faults(issuer: str | None, audience: str | None) -> list[str]:
    """What is wrong with the provider's settings."""
    if (issuer is None) != (audience is None):
        missing = "AUDIENCE" if audience is None else "ISSUER"
        return [f"PERPETUO_OIDC_{missing}: issuer and audience go together."]
    parts = urlsplit(issuer or "https://none")
    is_near = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or is_near):
        return ["PERPETUO_OIDC_ISSUER: should be an https:// address."]
    return []


def _unknown_names(fields: set[str]) -> list[str]:
    """A misspelt setting would silently do nothing: name it instead."""
    known = {_PREFIX + field.upper() for field in fields}
    lines: list[str] = []
    for name in sorted({*os.environ, *dotenv_values(_FILE)}):
        if name.upper().startswith(_PREFIX) and name.upper() not in known:
            close = get_close_matches(name.upper(), known, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            lines.append(f"{name}: there is no such setting{hint}.")
    return lines


_LIKE = {
    "database_url": "postgresql://user@host/database",  # what was given may hold a password
    "replica_urls": "postgresql://user@host/database (several with spaces between)",
    "allowed_origins": "https://shop.example, https://app.example:8443 (no path)",
}


def _line(problem: Any, given: Mapping[str, Any]) -> str:
    field = str(problem["loc"][0])
    name = "--" + field.replace("_", "-") if field in given else _PREFIX + field.upper()
    if field in _LIKE:
        return f"{name}: should look like {_LIKE[field]}."
    message = problem["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{name}: {message} (given: {problem['input']!r})."

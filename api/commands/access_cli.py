"""The flags of `perpetuo users`, `keys` and `roles`."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from api.commands.flags import settings_from
from domain.roles import CompanyRole, Permission

users = App(name="users", help="Users and service accounts: who may sign in.")
keys = App(name="keys", help="API keys of users and service accounts.")
roles = App(name="roles", help="Roles in companies: who may do what in which.")


@users.command(name="add")
def add_user(
    name: str,
    *,
    service: Annotated[bool, Parameter(negative="")] = False,
    operator: Annotated[bool, Parameter(negative="")] = False,
    subject: str | None = None,
    data_dir: Path | None = None,
) -> None:
    """Make a user, or a service account.

    Args:
        name: A handle, as the books will show it for ever: lower case, no personal data needed.
        service: It is a program's account.
        operator: May do everything in every company, and open companies.
        subject: What the OpenID Connect provider calls the user (`sub`), to sign in by it.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import add_user as run

    run(settings_from(data_dir=data_dir), name, service=service, operator=operator, subject=subject)


@users.command(name="list")
def list_users(*, data_dir: Path | None = None) -> None:
    """Show everybody.

    Args:
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import list_users as run

    run(settings_from(data_dir=data_dir))


@users.command(name="disable")
def disable_user(name: str, *, data_dir: Path | None = None) -> None:
    """Let somebody in no more; their keys and tokens end with it.

    Args:
        name: The user or service account.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import set_active as run

    run(settings_from(data_dir=data_dir), name, active=False)


@users.command(name="enable")
def enable_user(name: str, *, data_dir: Path | None = None) -> None:
    """Let somebody in again.

    Args:
        name: The user or service account.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import set_active as run

    run(settings_from(data_dir=data_dir), name, active=True)


@keys.command(name="create")
def create_key(
    name: str,
    *,
    scope: Annotated[tuple[Permission, ...], Parameter(negative="")] = (),
    days: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    data_dir: Path | None = None,
) -> None:
    """Make a key and print it, this once.

    Args:
        name: Whose key.
        scope: Only these permissions, whatever the roles give; may be repeated [default: all].
        days: Days until it expires [default: it does not].
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import create_key as run

    run(settings_from(data_dir=data_dir), name, scopes=scope, days=days)


@keys.command(name="list")
def list_keys(name: str | None = None, *, data_dir: Path | None = None) -> None:
    """Show keys, with when they were last used.

    Args:
        name: Whose keys [default: everybody's].
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import list_keys as run

    run(settings_from(data_dir=data_dir), name)


@keys.command(name="revoke")
def revoke_key(prefix: str, *, data_dir: Path | None = None) -> None:
    """End a key for ever.

    Args:
        prefix: The part between the underscores: ppt_PREFIX_...
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import revoke_key as run

    run(settings_from(data_dir=data_dir), prefix)


@roles.command(name="grant")
def grant_role(
    name: str,
    role: CompanyRole,
    *,
    company: str,
    warehouse: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    data_dir: Path | None = None,
) -> None:
    """Give a role in a company; given again, its limits are those of the last time.

    Args:
        name: The user or service account.
        role: The role.
        company: The company's code.
        warehouse: Limits a warehouse role to this one and those below; may be repeated.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import grant_role as run

    run(settings_from(data_dir=data_dir), name, role, company, warehouse)


@roles.command(name="revoke")
def revoke_role(
    name: str, role: CompanyRole, *, company: str, data_dir: Path | None = None
) -> None:
    """Take a role in a company away.

    Args:
        name: The user or service account.
        role: The role.
        company: The company's code.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import revoke_role as run

    run(settings_from(data_dir=data_dir), name, role, company)


@roles.command(name="list")
def list_roles(*, company: str, data_dir: Path | None = None) -> None:
    """Show everybody's roles in a company.

    Args:
        company: The company's code.
        data_dir: Where the embedded database lives [default: ./.perpetuo].
    """
    from api.commands.access import list_roles as run

    run(settings_from(data_dir=data_dir), company)

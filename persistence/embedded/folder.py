"""The data folder of the embedded PostgreSQL: who owns it, who may enter, where its socket is."""

import fcntl
import hashlib
import os
import pwd
import tempfile
from pathlib import Path
from typing import IO

from persistence.operator_error import OperatorError

_LONGEST_SOCKET_PATH = 103  # bytes: macOS allows 103, Linux 107, each before the closing zero
_SOCKET_NAME = ".s.PGSQL.5432"


class EmbeddedPostgresError(OperatorError):
    """The embedded server cannot be had."""


def make_folder(folder: Path) -> None:
    """Make the data folder, for its owner only, unless it is there.

    Raises:
        EmbeddedPostgresError: the system does not let us.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The data folder {folder} cannot be made: {error.strerror}."
        ) from error


def lock_folder(folder: Path) -> IO[str]:
    """Take the folder for this process, until the returned file is closed or the process ends.

    Raises:
        EmbeddedPostgresError: another process has it.
    """
    try:
        lock = (folder / "owner.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The data folder {folder} cannot be used: {error.strerror}."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise EmbeddedPostgresError(
            f"The data folder {folder} is in use by another Perpetuo (pid {owner})."
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def server_user(cluster: Path) -> pwd.struct_passwd:
    """Whom the server runs as: ourselves; for root, the cluster's owner, else the least account.

    Raises:
        EmbeddedPostgresError: the cluster belongs to somebody else, or the user has no name.
    """
    uid = cluster.stat().st_uid if cluster.exists() else os.geteuid()
    if os.geteuid() not in (0, uid):
        raise EmbeddedPostgresError(f"The database in {cluster.parent} belongs to another user.")
    if uid == 0:
        return pwd.getpwnam("nobody")
    try:
        return pwd.getpwuid(uid)
    except KeyError as error:
        raise EmbeddedPostgresError(
            f"The operating system has no name for user {uid}, and PostgreSQL needs one."
        ) from error


def socket_folder(folder: Path, user: pwd.struct_passwd) -> Path:
    """A private folder for the socket: in the data folder, if the system allows so long a path.

    Raises:
        EmbeddedPostgresError: somebody else was there first.
    """
    place = folder / "socket"
    if len(os.fsencode(place / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        place = Path(tempfile.gettempdir(), f"perpetuo-{user.pw_uid}-{digest}")
    place.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and place.lstat().st_uid == 0:
        os.chown(place, user.pw_uid, user.pw_gid, follow_symlinks=False)
    if place.is_symlink() or place.stat().st_uid != user.pw_uid:
        raise EmbeddedPostgresError(
            f"The folder {place} for the database's socket belongs to another user."
        )
    place.chmod(0o700)
    return place


def write_access_rules(cluster: Path) -> None:
    """Let in, without a password, the system user that owns this process, and nobody else."""
    owner = pwd.getpwuid(os.geteuid()).pw_name
    (cluster / "pg_hba.conf").write_text("local all all peer map=owner\n", encoding="utf-8")
    (cluster / "pg_ident.conf").write_text(f'owner "{owner}" all\n', encoding="utf-8")

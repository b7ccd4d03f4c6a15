"""Become the program named in the arguments: an ordinary user's, bound to the life of the parent.

Run as a script, not imported: `python launch.py PARENT_PID UID GID PROGRAM ARG...`. PostgreSQL
refuses to run as root. When root starts it, this gives up root for the given user and keeps one
capability, CAP_DAC_OVERRIDE, so that the program and its folder are reached wherever they are:
even in a folder that only root may enter, whose permissions would otherwise have to be
opened for everybody.

On Linux the kernel is asked to interrupt the program when its parent dies, however it dies.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_LINUX_CAPABILITY_VERSION_3 = 0x20080522


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def _set_capabilities(libc: ctypes.CDLL, bits: int) -> bool:
    header = _CapabilityHeader(_LINUX_CAPABILITY_VERSION_3, 0)
    sets = (_CapabilitySets * 2)(_CapabilitySets(bits, bits, bits))
    return libc.capset(ctypes.byref(header), sets) == 0


def _give_up_root(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    """Become the user, with the one capability where the system has it to give.

    Without the secure bit the kernel would drop it at `setuid`, and leave it out of account in
    `access`, by which PostgreSQL's programs find each other.
    """
    os.setgroups([])
    os.setgid(gid)
    fixup_is_off = libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setuid(uid)
    if fixup_is_off:
        bit = 1 << _CAP_DAC_OVERRIDE
        if _set_capabilities(libc, bit):
            libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
        elif not _set_capabilities(libc, 0):
            raise PermissionError("the rights of root could not be given up")


def become(parent_pid: int, uid: int, gid: int, program: list[str]) -> None:
    """Replace this process by the program; returns only when the parent is gone already."""
    on_linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != uid and on_linux:
        _give_up_root(libc, uid, gid)
    elif os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if on_linux:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent_pid:
            return
    os.umask(0o077)
    os.execv(program[0], program)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])

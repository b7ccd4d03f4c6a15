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
_PR_SET_KEEPCAPS = 8
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


def _keep_dac_override(libc: ctypes.CDLL) -> None:
    """Keep the one capability across exec; where the system withholds it, go on without."""
    bit = 1 << _CAP_DAC_OVERRIDE
    header = _CapabilityHeader(_LINUX_CAPABILITY_VERSION_3, 0)
    sets = (_CapabilitySets * 2)(_CapabilitySets(bit, bit, bit))
    if libc.capset(ctypes.byref(header), sets) == 0:
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def become(parent_pid: int, uid: int, gid: int, program: list[str]) -> None:
    """Replace this process by the program; returns only when the parent is gone already."""
    on_linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != uid:
        if on_linux:
            libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        if on_linux:
            _keep_dac_override(libc)
    if on_linux:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent_pid:
            return
    os.umask(0o077)
    os.execv(program[0], program)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])

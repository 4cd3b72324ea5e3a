"""How the C library keeps the memory that nobody uses any more."""

import sys

ARENAS = 2
LARGE = 1024 * 1024  # bytes

# malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


def give_memory_back() -> None:
    """Let what is free go back to the system; to be called before there are threads.

    The GNU library keeps up to eight arenas a core, each with what its threads needed at their
    worst: a dozen threads kept 70 MB that way, for the sake of locks that Python's own spares them.
    And once one large piece was freed, such as the 19 MB of a password's hash, it takes later ones
    from the arenas too, where they stay. Elsewhere this does nothing.
    """
    if sys.platform != "linux":
        return
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return  # another C library: musl has no such knobs, and no such habits
    mallopt(_M_ARENA_MAX, ARENAS)
    mallopt(_M_MMAP_THRESHOLD, LARGE)
    mallopt(_M_TRIM_THRESHOLD, LARGE)

"""Why the operating system refused, in words that the catalogues know.

What it says itself is English, or in the language that the computer was set up in.
"""

from __future__ import annotations

import errno
from typing import Final

from models.messages import N_, Marked

_REASONS: Final = {
    errno.ENOENT: N_("No such file or directory"),
    errno.EEXIST: N_("File exists"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EFBIG: N_("File too large"),
    errno.EISDIR: N_("Is a directory"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.ENOTEMPTY: N_("Directory not empty"),
    errno.EROFS: N_("Read-only file system"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.ELOOP: N_("Too many levels of symbolic links"),
    errno.EBUSY: N_("Device or resource busy"),
    errno.EIO: N_("Input/output error"),
    errno.EMFILE: N_("Too many open files"),
    errno.ENFILE: N_("Too many open files in system"),
    errno.ENOMEM: N_("Cannot allocate memory"),
    errno.EAGAIN: N_("Resource temporarily unavailable"),
    errno.EINVAL: N_("Invalid argument"),
    errno.ENODEV: N_("No such device"),
    errno.ENXIO: N_("No such device or address"),
    errno.EXDEV: N_("Invalid cross-device link"),
    errno.ETIMEDOUT: N_("Connection timed out"),
}


def reason(error: OSError) -> str:
    """Why it failed, as a value for a sentence; in the system's own words where it is rare."""
    known = _REASONS.get(error.errno) if error.errno is not None else None
    return Marked(known) if known is not None else error.strerror or str(error)

"""Will Qt be able to open a window here? Asked before Qt is loaded, for Qt would abort.

On Linux a missing X11 library or a dead display ends the process inside Qt, with a message that names
the wrong library. Looking first takes a few milliseconds and can say what is really missing.
"""

from __future__ import annotations

import ctypes
import os
import sys

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
OTHERWISE = "Without a window, use: playground train FILE"


def check() -> str | None:
    """Why no window can open, in one plain line; None if one can."""
    if not sys.platform.startswith("linux"):
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    windowless = platform.split(":")[0] in ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
    wayland = platform.startswith("wayland") or (not platform and bool(os.environ.get("WAYLAND_DISPLAY")))
    missing = missing_packages(LIBRARIES if windowless or wayland else LIBRARIES | X11_LIBRARIES)
    if missing:
        return f"The window needs system libraries: sudo apt-get install {' '.join(missing)}. {OTHERWISE}"
    if windowless or wayland:
        return None
    display = os.environ.get("DISPLAY", "")
    if not display:
        return f"There is no display to open a window on (DISPLAY is not set). {OTHERWISE}"
    if not _display_answers(display):
        return f"The display {display} does not answer, so no window can open. {OTHERWISE}"
    return None


def missing_packages(libraries: dict[str, str]) -> list[str]:
    """The Debian packages of those libraries that cannot be loaded."""
    missing = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def _display_answers(display: str) -> bool:
    """Connect to the X server once, as Qt will."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    if not connection:
        return False
    broken = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not broken

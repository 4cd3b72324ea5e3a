"""The desk on the network: waitress, with the edges that a desk on its own needs.

A start is ``lock_data_folder`` → ``bind`` → the application, which now knows its port → ``serve``.
"""

from .lock import lock_data_folder
from .memory import give_memory_back
from .proxies import TrustedProxies
from .server import Server, serve
from .sockets import ServingError, bind

__all__ = [
    "Server",
    "ServingError",
    "TrustedProxies",
    "bind",
    "give_memory_back",
    "lock_data_folder",
    "serve",
]

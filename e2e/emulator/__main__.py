"""Serves the emulated AWS until it is told to end or whoever started it is gone."""

import argparse
import contextlib
import logging
import os
import sys
import threading
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from emulator.stack import build

PATIENCE = 5
"""How many seconds a client has to close its connection."""


class QuietHandler(MotoRequestHandler):
    """Leaves the log of requests to the journal, which knows what they are for, and the end of a
    connection to the client.
    """

    def log_request(self, *args: Any) -> None:
        """Says nothing."""

    def finish(self) -> None:
        """Waits for the client to close the connection, as werkzeug has told it to.

        A client in Go that is late can lose an answer when the connection ends before it has taken
        it, and asks again for what has been done.
        """
        super().finish()
        self.connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            while self.connection.recv(4096):
                pass


def main() -> None:
    """Reads the options, prints the address, serves."""
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, for any free one")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the standard input is closed"
    )
    arguments = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)

    # Loopback and nothing else: it believes whatever it is told.
    server = make_server(
        "127.0.0.1", arguments.port, build(), threaded=True, request_handler=QuietHandler
    )
    # moto sends some requests to itself and looks here for the port.
    os.environ["MOTO_PORT"] = str(server.server_port)
    if arguments.with_parent:
        threading.Thread(target=end_with_parent, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def end_with_parent() -> None:
    """Ends the process when the pipe's other end is closed, however its owner ended."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()

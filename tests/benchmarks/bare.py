"""The least that could answer the same bytes: a bare Flask route behind the same server.

``python -m tests.benchmarks.bare FOLDER``: each file of FOLDER is a route, its first line the
content type.
"""

import sys
from pathlib import Path

from flask import Flask, Response, request

from helpdesk.serving import bind, serve
from helpdesk.settings import load_settings


def make_app(folder: Path) -> Flask:
    app = Flask("bare", static_folder=None)
    for path in folder.iterdir():
        kind, _, body = path.read_bytes().partition(b"\n")

        def answer(kind: str = kind.decode(), body: bytes = body) -> Response:
            request.get_data()
            return Response(body, content_type=kind)

        app.add_url_rule(f"/{path.name}", path.name, answer, methods=["GET", "POST"])
    return app


def main() -> None:
    folder = Path(sys.argv[1])
    settings = load_settings(folder.parent / "bare-desk", host="127.0.0.1", port=0)
    sock = bind(settings.host, settings.port)
    address = f"http://127.0.0.1:{sock.getsockname()[1]}"
    serve(make_app(folder), settings, sock, lambda _server: print(f"Bare at {address}", flush=True))


if __name__ == "__main__":
    main()

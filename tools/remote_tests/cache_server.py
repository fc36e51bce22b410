#!/usr/bin/env python3
"""cache_server.py FOLDER PORT_FILE TOKEN: a cache of Bazel's, for tools/test_remote_cache.

Answers GET and PUT on a port of 127.0.0.1 that it writes to PORT_FILE, to those who send
`Authorization: Bearer TOKEN`, until it is killed.
"""

import http.server
import os
import shutil
import sys
import tempfile

FOLDER, PORT_FILE, TOKEN = sys.argv[1:]


class Cache(http.server.BaseHTTPRequestHandler):
    """Keeps what is sent in a file named after the address."""
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, size: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(size))
        self.end_headers()

    def path_of(self) -> str | None:
        """The file; or None, when an answer has been sent."""
        if self.headers.get("Authorization") != "Bearer " + TOKEN:
            # What was sent along isn't read.
            self.close_connection = True
            self.answer(401)
            return None
        return os.path.join(FOLDER, self.path.strip("/").replace("/", "."))

    def do_GET(self) -> None:  # pylint: disable=invalid-name
        path = self.path_of()
        if path is None:
            return
        try:
            with open(path, "rb") as file:
                self.answer(200, os.fstat(file.fileno()).st_size)
                shutil.copyfileobj(file, self.wfile)
        except FileNotFoundError:
            self.answer(404)

    def do_PUT(self) -> None:  # pylint: disable=invalid-name
        path = self.path_of()
        if path is None:
            return
        with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as file:
            file.write(self.rfile.read(int(self.headers["Content-Length"])))
        os.replace(file.name, path)
        self.answer(200)

    def log_message(self, *_arguments) -> None:  # pylint: disable=arguments-differ
        """Says nothing."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cache)
with open(PORT_FILE + ".new", "w", encoding="utf-8") as out:
    out.write(str(server.server_port))
os.replace(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()

"""A web server on this machine for tests of downloads, which can be told to misbehave."""

import contextlib
import http.server
import re
import threading


class Site:
    """Files by name, and what has been asked of them."""

    def __init__(self, files):
        self.files = dict(files)
        self.ranges = True  # whether the server knows the Range header
        self.cut_after = None  # bytes after which the connection breaks
        self.status = None  # an error for everything
        self.requests = []
        self.url = ""


@contextlib.contextmanager
def serve(files):
    site = Site(files)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rsplit("/", 1)[-1]
            wanted = self.headers.get("Range")
            site.requests.append((name, wanted))
            if site.status or name not in site.files:
                self.send_error(site.status or 404)
                return
            data, start = site.files[name], 0
            if wanted and site.ranges:
                start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
                if start >= len(data):
                    self.send_error(416)
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            stop = len(data) if site.cut_after is None else min(len(data), start + site.cut_after)
            self.wfile.write(data[start:stop])

        def log_message(self, *args):
            """Nothing in the test's output."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.url = f"http://127.0.0.1:{server.server_port}/files/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

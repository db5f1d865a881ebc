"""cleanpath-netbox reads servers on the loopback that answer as NetBox does, and some that do not."""

import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROGRAM = os.environ["CLEANPATH"]
READER = os.environ["CLEANPATH_NETBOX"]
ROOT = Path(__file__).resolve().parent.parent.parent
DUMPS = ROOT / "tests/netbox"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
TOKEN_2 = "nbt_4F9DAouzURLb.zjebxBPzICiPbWz0Wtx0fTL7bCKXKGTYhNzkgC2S"
YOUNG = {"dcim/mac-addresses", "circuits/virtual-circuits", "circuits/virtual-circuit-terminations"}


def objects(release, kind):
    """What the dump of a release holds of a kind; None where the release knows no such list"""
    path = DUMPS / release / f"network.{kind.replace('/', '.')}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))["results"]
    return None if kind in YOUNG and release == "3.7" else []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, self.headers.get("Authorization")))
        if self.headers.get("Authorization") not in (f"Token {TOKEN}", f"Bearer {TOKEN_2}"):
            self.answer(403, {"detail": "Invalid token"})
            return
        if server.odd is not None and server.odd(self):
            return
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        rows = objects(server.release, url.path.removeprefix("/api/").strip("/"))
        if rows is None:
            self.answer(404, b"<h1>Page not found</h1>")
            return
        self.page(url, rows, int(query["limit"][0]), int(query["offset"][0]))

    def page(self, url, rows, limit, offset):
        more = offset + limit < len(rows)
        there = f"https://{self.headers['Host']}{url.path}?limit={limit}&offset={offset + limit}"
        self.answer(200, {"count": len(rows), "next": there if more else None, "previous": None,
                          "results": rows[offset:offset + limit]})


class Server:
    """A NetBox of some release; odd may answer in its place."""

    def __init__(self, folder, release="4.5", odd=None, name="localhost"):
        self.cert, self.key = Path(folder) / f"{name}.pem", Path(folder) / f"{name}.key"
        if not self.cert.exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                            "-keyout", self.key, "-out", self.cert, "-subj", f"/CN={name}",
                            "-addext", f"subjectAltName=DNS:{name}"],
                           check=True, capture_output=True)
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.release, self.http.odd, self.http.asked = release, odd, []
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"https://localhost:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


class NetBoxTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def read(self, server, *options, token=TOKEN, url=None, ca=True, out="out"):
        env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        env.pop("CLEANPATH_NETBOX_TOKEN", None)
        if token is not None:
            env["CLEANPATH_NETBOX_TOKEN"] = token
        command = [READER, url or server.url, f"{self.folder}/{out}", *options]
        if ca:
            command += ["--ca", str(server.cert)]
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
        if token:
            self.assertNotIn(token, done.stdout + done.stderr)
        return done

    def left(self):
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir())

    def tables(self, source, name):
        """The case of a folder of pages, as sorted lines"""
        made = self.folder / name
        done = subprocess.run([PROGRAM, "import", "--network", str(source), "--to", "csv", "--out", str(made)],
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {path.name: sorted(path.read_text(encoding="utf-8").splitlines())
                for path in made.iterdir() if path.suffix == ".csv"}

    def test_pages_of_three_releases_are_the_case_of_their_dumps(self):
        for release in ("3.7", "4.2", "4.5"):
            with self.subTest(release=release), Server(self.folder, release) as server:
                done = self.read(server, "--limit", "3", out=release)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("dcim/interfaces: 12\n", done.stdout)
                self.assertEqual(len(list((self.folder / release).glob("network.dcim-interfaces.*"))), 4)
                got = self.tables(self.folder / release, release + "-got")
                wanted = self.tables(DUMPS / release, release + "-wanted")
                self.assertEqual({name: len(lines) for name, lines in got.items()},
                                 {name: len(lines) for name, lines in wanted.items()})
                self.assertEqual(got["nodes.csv"], wanted["nodes.csv"])
                self.assertEqual(got["links.csv"], wanted["links.csv"])

    def test_both_kinds_of_token_go_as_their_own_scheme(self):
        for token, scheme in ((TOKEN, "Token"), (TOKEN_2, "Bearer")):
            with Server(self.folder) as server:
                done = self.read(server, token=token, out=scheme)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual({said for _, said in server.http.asked}, {f"{scheme} {token}"})

    def test_a_token_comes_from_a_file_that_nobody_else_reads(self):
        path = self.folder / "token"
        path.write_text(TOKEN + "\n", encoding="utf-8")
        with Server(self.folder) as server:
            path.chmod(0o644)
            self.assertEqual(self.read(server, "--token-file", str(path), token=None).returncode, 77)
            path.chmod(0o600)
            self.assertEqual(self.read(server, "--token-file", str(path), token=None).returncode, 0)
            self.assertEqual(self.read(server, token=None, out="more").returncode, 64)
            self.assertEqual(self.read(server, "--token-file", str(path) + "x", token=None, out="more").returncode, 66)

    def test_a_wrong_token_is_77_and_leaves_nothing(self):
        with Server(self.folder) as server:
            done = self.read(server, token="f" * 40)
        self.assertEqual(done.returncode, 77)
        self.assertEqual(self.left(), [])

    def test_a_server_whose_certificate_is_not_trusted_is_69(self):
        with Server(self.folder) as server, Server(self.folder, name="other.example") as other:
            self.assertEqual(self.read(server, ca=False).returncode, 69)
            self.assertEqual(self.read(server, "--ca", str(other.cert), ca=False).returncode, 69)
            # A certificate of another name, though it is trusted.
            done = self.read(other)
            self.assertEqual(done.returncode, 69)
            self.assertEqual(server.http.asked + other.http.asked, [])
        self.assertEqual(self.left(), [])

    def test_nobody_there_is_69(self):
        with Server(self.folder) as server:
            pass
        self.assertEqual(self.read(server, "--retries", "1").returncode, 69)

    def test_neither_a_redirect_nor_a_next_page_elsewhere_is_followed(self):
        with Server(self.folder) as elsewhere:
            def redirect(handler):
                handler.answer(302, b"", Location=elsewhere.url + "/api/dcim/sites/?limit=1&offset=0")
                return True

            def next_elsewhere(handler):
                handler.answer(200, {"count": 2, "next": elsewhere.url + "/api/dcim/sites/?limit=1&offset=1",
                                     "previous": None, "results": [{}]})
                return True

            for odd in (redirect, next_elsewhere):
                with self.subTest(odd=odd.__name__), Server(self.folder, odd=odd) as server:
                    done = self.read(server)
                    self.assertEqual(done.returncode, 69, done.stderr)
                    self.assertEqual(len(server.http.asked), 1)
            self.assertEqual(elsewhere.http.asked, [])
        self.assertEqual(self.left(), [])

    def test_a_busy_server_is_asked_again(self):
        busy = iter((429, 503))

        def odd(handler):
            status = next(busy, None)
            if status is not None:
                handler.answer(status, b"", Retry_After="1")
            return status is not None

        with Server(self.folder, odd=odd) as server:
            done = self.read(server)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_answer_that_is_no_page_is_65_and_leaves_nothing(self):
        def page_of_html(handler):
            if "/dcim/devices/" not in handler.path:
                return False
            handler.answer(200, b"<html>Please sign in</html>")
            return True

        with Server(self.folder, odd=page_of_html) as server:
            self.assertEqual(self.read(server).returncode, 65)
        self.assertEqual(self.left(), [])

    def test_a_list_that_loses_objects_while_it_is_read_is_69(self):
        def fewer(handler):
            # Ten objects of which one goes after the first page: what moves over its edge is on no page.
            url = urlsplit(handler.path)
            if "/dcim/devices/" not in url.path:
                return False
            offset = int(parse_qs(url.query)["offset"][0])
            handler.page(url, [{"id": i} for i in range(10 if offset == 0 else 9)], 3, offset)
            return True

        def cut_off(handler):
            if "/dcim/devices/" not in handler.path:
                return False
            handler.answer(200, {"count": 2, "next": None, "previous": None, "results": [{}]})
            return True

        for odd in (fewer, cut_off):
            with self.subTest(odd=odd.__name__), Server(self.folder, odd=odd) as server:
                done = self.read(server)
                self.assertEqual(done.returncode, 69, done.stderr)
                self.assertIn("dcim/devices: ", done.stderr)
        self.assertEqual(self.left(), [])

    def test_a_slash_behind_the_folder_means_nothing(self):
        with Server(self.folder) as server:
            self.assertEqual(self.read(server, out="new/").returncode, 0)
        self.assertEqual(self.left(), ["new"])

    def test_nothing_is_overwritten(self):
        (self.folder / "out").mkdir()
        (self.folder / "out/kept").write_text("kept", encoding="utf-8")
        with Server(self.folder) as server:
            self.assertEqual(self.read(server).returncode, 74)
            self.assertEqual(server.http.asked, [])
        self.assertEqual(self.left(), ["out"])
        self.assertEqual((self.folder / "out/kept").read_text(encoding="utf-8"), "kept")

    def test_only_https_is_spoken(self):
        with Server(self.folder) as server:
            for url in (server.url.replace("https", "http"), "file:///etc", "localhost", server.url + "/?x"):
                self.assertEqual(self.read(server, url=url).returncode, 64)


if __name__ == "__main__":
    unittest.main()

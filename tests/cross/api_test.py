"""The API of a running server, held against docs/api/openapi.yaml; readers of events; who may act."""

import http.client
import json
import os
import re
import select
import socket
import stat
import subprocess
import tempfile
import threading
import time
import unittest
from urllib.parse import quote

import jsonschema

from api_contract import OPENAPI, ROOT, WAIT, Connection, ask, check, check_answer, check_reads, resolve

STUB = os.environ["API_STUB"]
IDS = {"/v1/demands/{id}": "x0003", "/v1/paths/{id}": "a>b/0003", "/v1/elements/{id}": "node:x0004",
       "/v1/alarms/{id}/acknowledge": "feed-lost:bgp"}
BODIES = {"/v1/observations": [{"path": "a>b/1", "nodes": ["a", "b"], "at": "2026-11-28T12:00:00Z"}]}


class Server:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name + "/api.sock"
        self.start()

    def start(self):
        self.process = subprocess.Popen([STUB, self.path, self.folder.name + "/state"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def tell(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait(WAIT)
        self.process.stdout.close()
        return code

    def ask(self, method, target, body=None, headers=None):
        return ask(self.path, method, target, body, headers)


class Events:
    """A reader of /v1/events"""

    def __init__(self, server, headers=None, target="/v1/events"):
        self.connection = Connection(server.path)
        self.connection.request("GET", target, None, headers or {})
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()

    def next(self):
        event = {}
        while True:
            try:
                line = self.answer.readline().decode()
            except http.client.IncompleteRead:
                return None
            if line == "":
                return None
            line = line.rstrip("\n")
            if line == "" and event:
                return event
            if line and not line.startswith(":"):
                key, value = line.split(": ", 1)
                event[key] = value

    def close(self):
        self.connection.close()
        self.answer.close()


class Api(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.server.tell("log 5")
        self.wait_for_seq(5)

    def tearDown(self):
        self.assertEqual(self.server.stop(), 0)
        self.assertFalse(os.path.exists(self.server.path), "the socket goes with the server")
        self.server.folder.cleanup()

    def wait_for_seq(self, seq):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            try:
                if json.loads(self.server.ask("GET", "/v1/status")[2])["log"]["seq"] >= seq:
                    return
            except BlockingIOError:
                pass  # the queue of those who want to connect is full
            time.sleep(0.01)
        self.fail("the log does not grow")

    def target(self, path):
        return path.replace("{id}", quote(IDS.get(path, ""), safe=""))

    def test_the_document_is_itself_sound(self):
        self.assertEqual(OPENAPI["openapi"], "3.1.0")
        for name, schema in OPENAPI["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertFalse(schema.get("type") == "object" and "required" not in schema, name)
        names = [o["operationId"] for path in OPENAPI["paths"].values() for o in path.values()]
        self.assertEqual(len(names), len(set(names)))
        for text in re.findall(r'\$ref: "([^"]+)"', (ROOT / "docs/api/openapi.yaml").read_text()):
            resolve({"$ref": text})

    def test_every_operation_answers_as_documented(self):
        for path, operations in OPENAPI["paths"].items():
            for method, operation in operations.items():
                if path == "/v1/events":
                    continue
                with self.subTest(path=path, method=method):
                    if path == "/v1/reload":
                        threading.Timer(0.2, self.server.tell, ["settle"]).start()
                    status, headers, text = self.server.ask(method.upper(), self.target(path),
                                                            BODIES.get(path))
                    self.assertEqual(status, 200, text)
                    kind = check_answer(self, operation, status, headers, text)
                    self.assertNotEqual(kind, "application/problem+json")

    def test_all_that_can_be_read_is_as_documented_in_every_shape(self):
        check_reads(self, self.server.path)

    def test_no_other_path_is_there_and_each_path_has_its_methods_alone(self):
        known = {self.target(path): operations for path, operations in OPENAPI["paths"].items()}
        for target in ("/", "/v1", "/v1/", "/v2/status", "/v1/status/", "/v1/status/x", "/v1/demands/",
                       "/v1/alarms/x", "/v1/alarms//acknowledge", "/v1/metrics", "/v1/feeds/bgp", "/v1/log/5",
                       "/v1/%00", "/v1/demands/%ff", "/v1/demands/a%0ab", "/v1/openapi.yaml", "//v1/status"):
            status, headers, text = self.server.ask("GET", target)
            self.assertEqual(status, 404, target)
            self.assertEqual(headers["Content-Type"], "application/problem+json")
            check(OPENAPI["components"]["schemas"]["Problem"], json.loads(text))
        for target, operations in known.items():
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                if method.lower() in operations:
                    continue
                status, headers, _ = self.server.ask(method, target)
                self.assertEqual(status, 405, f"{method} {target}")
                self.assertIn(next(iter(operations)).upper(), headers["Allow"])

    def test_a_list_comes_in_pages_that_leave_nothing_out(self):
        for path in ("/v1/demands", "/v1/paths", "/v1/elements"):
            seen, after = [], ""
            while after is not None:
                _, _, text = self.server.ask("GET", f"{path}?limit=100{after}")
                page = json.loads(text)
                seen += [item["id"] for item in page["items"]]
                after = page["next"] and "&after=" + quote(page["next"], safe="")
            self.assertEqual(len(seen), 250)
            self.assertEqual(seen, sorted(set(seen)))

    def test_the_log_is_given_from_a_number_on(self):
        _, _, text = self.server.ask("GET", "/v1/log?limit=2")
        self.assertEqual([e["seq"] for e in json.loads(text)["items"]], [1, 2])
        self.assertEqual(json.loads(text)["next"], "2")
        _, _, text = self.server.ask("GET", "/v1/log?from=4")
        self.assertEqual([e["seq"] for e in json.loads(text)["items"]], [4, 5])
        self.assertIsNone(json.loads(text)["next"])
        _, _, text = self.server.ask("GET", "/v1/log?after=5")
        self.assertEqual(json.loads(text)["items"], [])

    def test_odd_parameters_are_refused(self):
        for target in ("/v1/demands?limit=0", "/v1/demands?limit=1001", "/v1/demands?limit=x", "/v1/demands?colour=1",
                       "/v1/demands?verdict=trusted", "/v1/elements?verdict=ok", "/v1/paths?verdict=ok",
                       "/v1/paths?phase=up", "/v1/paths?headend=", "/v1/demands?headend=a", "/v1/paths/x?phase=down",
                       "/v1/log?from=x", "/v1/status?limit=1", "/v1/demands/x0001?limit=1", "/v1/events?after=x",
                       "/v1/demands?after=", "/metrics?x=1"):
            status, headers, text = self.server.ask("GET", target)
            self.assertEqual(status, 400, target)
            check(OPENAPI["components"]["schemas"]["Problem"], json.loads(text))
        for name in ("dry-run", "accept-loss"):
            status, _, text = self.server.ask("POST", f"/v1/reload?{name}=maybe")
            self.assertEqual((status, json.loads(text)["detail"]), (400, f"{name} takes no value but 'true'"))
        self.assertEqual(self.server.ask("POST", "/v1/reload?dry-run&accept-loss")[0], 200)
        self.assertEqual(self.server.ask("POST", "/v1/reload?dry-run=true&accept-loss=true")[0], 200)
        self.assertEqual(self.server.ask("POST", "/v1/freeze?dry-run")[0], 400)
        self.assertEqual(self.server.ask("POST", "/v1/freeze?accept-loss")[0], 400)
        self.assertEqual(self.server.ask("GET", "/v1/events", None, {"Last-Event-ID": "abc"})[0], 400)

    def test_odd_bodies_are_refused(self):
        sight = BODIES["/v1/observations"][0]
        for body in (None, b"", b"{", b"[1]", b"{}", [dict(sight, nodes=[])], [dict(sight, nodes=["a"] * 257)],
                     [dict(sight, at="noon")], [dict(sight, more=1)], [dict(sight, path="")],
                     [dict(sight, nodes=[1])], [sight] * 1001, [dict(sight, path="a\u0000b")]):
            status, _, text = self.server.ask("POST", "/v1/observations", body)
            self.assertEqual(status, 400, str(body)[:80])
            check(OPENAPI["components"]["schemas"]["Problem"], json.loads(text))
        self.assertEqual(self.server.ask("POST", "/v1/observations", [sight] * 1000)[0], 200)
        for body in (b"x", [1], {"reason": 1}, {"reason": "x", "more": 1}, {"reason": "a\nb"}):
            self.assertEqual(self.server.ask("POST", "/v1/freeze", body)[0], 400, body)
        self.assertEqual(self.server.ask("POST", "/v1/freeze", {"reason": "works"})[0], 200)
        self.assertEqual(self.server.ask("POST", "/v1/freeze", {})[0], 200)
        status, _, _ = self.server.ask("POST", "/v1/freeze", b"{}", {"Content-Type": "text/plain"})
        self.assertEqual(status, 415)

    def test_a_body_past_the_limit_is_not_read(self):
        connection = Connection(self.server.path)
        connection.putrequest("POST", "/v1/observations")
        connection.putheader("Content-Length", str((1 << 20) + 1))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()
        connection = Connection(self.server.path)
        with self.assertRaises((OSError, http.client.HTTPException)):
            connection.request("POST", "/v1/observations", (b"x" * 65536 for _ in range(40)), encode_chunked=True,
                               headers={"Transfer-Encoding": "chunked"})
            connection.getresponse()
        connection.close()
        self.assertEqual(self.server.ask("GET", "/v1/status")[0], 200)

    def test_what_is_frozen_shows_and_thaws(self):
        self.assertTrue(json.loads(self.server.ask("POST", "/v1/freeze")[2])["changed"])
        self.assertFalse(json.loads(self.server.ask("POST", "/v1/freeze")[2])["changed"])
        status, headers, text = self.server.ask("GET", "/v1/status")
        check_answer(self, OPENAPI["paths"]["/v1/status"]["get"], status, headers, text)
        self.assertEqual(len(json.loads(text)["holds"]), 1)
        self.assertTrue(json.loads(self.server.ask("POST", "/v1/thaw")[2])["changed"])

    def test_an_answer_that_comes_later_holds_nobody_up(self):
        later = Connection(self.server.path)
        later.request("POST", "/v1/reload")
        for _ in range(20):
            self.assertEqual(self.server.ask("GET", "/v1/status")[0], 200)
        self.server.tell("settle")
        answer = later.getresponse()
        self.assertEqual(answer.status, 200)
        check(OPENAPI["components"]["schemas"]["Reload"], json.loads(answer.read()))
        later.close()
        gone = Connection(self.server.path)
        gone.request("POST", "/v1/reload")
        gone.close()
        self.server.tell("settle")
        self.assertEqual(self.server.ask("GET", "/v1/status")[0], 200)

    def test_the_server_ends_while_an_answer_is_awaited(self):
        later = Connection(self.server.path)
        later.request("POST", "/v1/reload")
        events = Events(self.server)
        self.assertEqual(self.server.ask("GET", "/v1/status")[0], 200)
        self.assertEqual(self.server.stop(), 0)
        later.close()
        events.close()
        self.server.start()

    def test_a_head_request_has_no_body(self):
        status, headers, text = self.server.ask("HEAD", "/v1/status")
        self.assertEqual((status, text), (200, b""))
        self.assertEqual(headers["Content-Type"], "application/json")

    def test_the_document_served_is_the_file(self):
        self.assertEqual(json.loads(self.server.ask("GET", "/v1/openapi.json")[2]), OPENAPI)

    def test_a_connection_may_ask_again_and_again(self):
        connection = Connection(self.server.path)
        for _ in range(50):
            connection.request("GET", "/v1/feeds")
            self.assertEqual(connection.getresponse().read()[:1], b"{")
        connection.close()

    def test_idle_connections_beyond_the_limit_are_not_served_and_others_go_on(self):
        idle = []
        for _ in range(100):
            one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            one.setblocking(False)
            try:
                one.connect(self.server.path)
            except BlockingIOError:
                pass
            idle.append(one)
        for one in idle:
            one.close()
        self.wait_for_seq(5)

    # --- events ---------------------------------------------------------------------------------

    def test_events_come_as_they_happen_and_are_entries(self):
        events = Events(self.server)
        self.server.tell("log 3")
        for seq in (6, 7, 8):
            event = events.next()
            self.assertEqual((event["id"], event["event"]), (str(seq), "step"))
            entry = json.loads(event["data"])
            check(OPENAPI["components"]["schemas"]["LogEntry"], entry)
            self.assertEqual(entry["seq"], seq)
        events.close()

    def test_a_reader_goes_on_where_it_was(self):
        events = Events(self.server, {"Last-Event-ID": "3"})
        self.assertEqual([events.next()["id"] for _ in range(2)], ["4", "5"])
        self.server.tell("log 1")
        self.assertEqual(events.next()["id"], "6")
        events.close()
        events = Events(self.server, target="/v1/events?after=0")
        self.assertEqual(events.next()["id"], "1")
        events.close()
        ahead = Events(self.server, {"Last-Event-ID": "900"})
        self.server.tell("log 1")
        self.assertEqual(ahead.next()["id"], "7")
        ahead.close()

    def test_a_long_replay_leaves_nothing_out(self):
        self.server.tell("log 20000")
        self.wait_for_seq(20005)
        events = Events(self.server, {"Last-Event-ID": "0"})
        for seq in range(1, 20006):
            self.assertEqual(events.next()["id"], str(seq))
        events.close()

    def test_a_reader_that_does_not_read_is_dropped_and_nobody_waits_for_it(self):
        slow, quick = Events(self.server), Events(self.server)
        self.server.tell("log 24000")
        for seq in range(6, 24006):
            self.assertEqual(quick.next()["id"], str(seq))
        watched = select.poll()
        watched.register(slow.socket, 0)
        self.assertTrue(watched.poll(WAIT * 1000), "nobody hangs up on it")
        count = 0
        while (event := slow.next()) is not None:
            count += 1
            self.assertEqual(event["id"], str(5 + count))
        self.assertLess(count, 24000)
        slow.close()
        quick.close()

    def test_too_many_readers_are_told_so(self):
        readers = [Events(self.server) for _ in range(32)]
        self.assertEqual(self.server.ask("GET", "/v1/events")[0], 503)
        for reader in readers:
            reader.close()

    # --- who may ---------------------------------------------------------------------------------

    def test_the_socket_is_for_owner_and_group(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.server.path).st_mode), 0o660)

    @unittest.skipUnless(os.getuid() == 0, "only root can be somebody else")
    def test_who_is_not_named_may_read_and_change_nothing(self):
        os.chmod(self.server.path, 0o666)
        os.chmod(self.server.folder.name, 0o755)
        script = ("import socket,sys\n"
                  "for r in ('GET /v1/status', 'POST /v1/freeze'):\n"
                  " s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
                  " s.sendall((r+' HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n').encode())\n"
                  " print(s.makefile('rb').read(12).decode())\n")
        done = subprocess.run(["/usr/bin/python3", "-c", script, self.server.path], capture_output=True, text=True,
                              user=65534, group=65534, extra_groups=[], check=False)
        self.assertEqual(done.stdout.split("\n"), ["HTTP/1.1 200", "HTTP/1.1 403", ""], done.stderr)

    def test_a_second_server_does_not_take_the_socket_and_a_stale_one_is_replaced(self):
        other = tempfile.TemporaryDirectory()
        done = subprocess.run([STUB, self.server.path, other.name + "/state"], stdin=subprocess.DEVNULL,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 4)
        self.server.process.kill()
        self.server.process.wait()
        self.server.process.stdout.close()
        self.assertTrue(os.path.exists(self.server.path))
        self.server.process.stdin.close()
        self.server.start()
        self.assertEqual(self.server.ask("GET", "/v1/status")[0], 200)
        other.cleanup()


if __name__ == "__main__":
    unittest.main()

"""A running server's API held against docs/api/openapi.yaml: check_reads(test, socket) asks for all there is."""

import http.client
import json
import socket
from pathlib import Path
from urllib.parse import quote

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
OPENAPI = yaml.safe_load((ROOT / "docs/api/openapi.yaml").read_text(encoding="utf-8"))
WAIT = 60


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=WAIT)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(WAIT)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None):
    """Status, headers and bytes of one request on a connection of its own"""
    connection = Connection(path)
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
    sent = {"Content-Type": "application/json"} if body is not None else {}
    connection.request(method, target, data, {**sent, **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, answer.headers, text


def check(schema, document):
    jsonschema.validate(document, {**schema, "components": OPENAPI["components"]},
                        cls=jsonschema.Draft202012Validator)


def resolve(thing):
    while "$ref" in thing:
        found = OPENAPI
        for step in thing["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        thing = found
    return thing


def check_answer(test, operation, status, headers, text):
    """The answer is one that the operation has; its kind"""
    answers = operation["responses"]
    answer = resolve(answers.get(str(status), answers["default"]))
    kind = headers["Content-Type"].split(";")[0]
    test.assertIn(kind, answer["content"])
    if kind.endswith("json"):
        check(answer["content"][kind]["schema"], json.loads(text))
    return kind


def check_list(test, path, target):
    """All pages of a list; each thing of it, where things have a place of their own"""
    one = OPENAPI["paths"].get(path + "/{id}", {}).get("get")
    after = ""
    while after is not None:
        status, headers, text = ask(target, "GET", f"{path}?limit=50{after}")
        test.assertEqual(status, 200, text)
        check_answer(test, OPENAPI["paths"][path]["get"], status, headers, text)
        page = json.loads(text)
        for item in page["items"] if one else []:
            status, headers, text = ask(target, "GET", f"{path}/{quote(item['id'], safe='')}")
            test.assertEqual(status, 200, text)
            check_answer(test, one, status, headers, text)
        after = page["next"] and "&after=" + quote(page["next"], safe="")


def check_reads(test, target):
    """Everything that can be read of the server at this socket"""
    for path, operations in OPENAPI["paths"].items():
        if "get" not in operations or "{" in path or path == "/v1/events":
            continue
        with test.subTest(path=path):
            names = [resolve(p)["name"] for p in operations["get"].get("parameters", [])]
            if "limit" in names:
                check_list(test, path, target)
                continue
            status, headers, text = ask(target, "GET", path)
            test.assertEqual(status, 200, text)
            check_answer(test, operations["get"], status, headers, text)

"""What our reader of BGP-LS says, and what ExaBGP says, in one form; and the TCP bytes of a capture."""

import json
import re
import struct


def streams(path):
    """TCP bytes of a capture by addresses and ports, in the order of their sequence numbers"""
    data = path.read_bytes()
    at, pieces = 24, {}
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        ip, kind = frame[14:], frame[12:14]
        if kind == b"\x08\x00" and ip[9] == 6:
            tcp = ip[(ip[0] & 15) * 4:struct.unpack_from(">H", ip, 2)[0]]
            ends = ip[12:20]
        elif kind == b"\x86\xdd" and ip[6] == 6:
            tcp = ip[40:40 + struct.unpack_from(">H", ip, 4)[0]]
            ends = ip[8:40]
        else:
            continue
        ports = struct.unpack_from(">HHI", tcp)
        payload = tcp[(tcp[12] >> 4) * 4:]
        if payload:
            pieces.setdefault((ends, ports[0], ports[1]), {})[ports[2]] = payload
    return {key: b"".join(parts[seq] for seq in sorted(parts)) for key, parts in pieces.items()}


def router(text):
    """As ExaBGP writes it: an IS-IS system without points"""
    return text.replace(".", "") if re.fullmatch(r"[0-9a-f]{4}(\.[0-9a-f]{2,4})+", text) else text


def ours(text):
    """{key of an NLRI: facts of its attribute} of each announcement, in their order, as our reader prints them"""
    said, facts = [], {}
    for line in text.splitlines():
        if line.startswith(" announced "):
            words = line.split()
            routers = [router(words[i + 1]) for i, w in enumerate(words) if w == "router"]
            addresses = [words[i + 1] for i, w in enumerate(words) if w in ("from", "to")]
            prefix = words[words.index("prefix") + 1] if "prefix" in words else None
            said.append((words[1], routers[0], routers[1] if "remote" in words else None,
                         tuple(sorted(addresses)), prefix, facts))
        elif line.startswith("  "):
            words = line.split()
            facts.setdefault(words[0], words[1:])
        elif not line.startswith(" "):
            facts = {}  # of all announced by the next UPDATE
    return said


def facts_of_ours(facts):
    """Those facts that ExaBGP writes too, in its form"""
    out = {}
    if "node-name" in facts:
        out["name"] = facts["node-name"][0].strip('"')
    for key in ("te-metric", "igp-metric", "prefix-metric"):
        if key in facts:
            out[key] = int(facts[key][0])
    for key in ("bandwidth-bps", "reservable-bps"):
        if key in facts:
            out[key] = int(facts[key][0])
    if "unreserved-bps" in facts:
        out["unreserved-bps"] = [int(value) for value in facts["unreserved-bps"]]
    if "admin-group" in facts:
        out["admin-group"] = int(facts["admin-group"][0], 16)
    if "prefix-sid" in facts:
        out["sid"] = int(facts["prefix-sid"][1])
    return out


def facts_of_exabgp(said):
    out = {}
    if "node-name" in said:
        out["name"] = said["node-name"]
    for key in ("te-metric", "igp-metric", "prefix-metric"):
        if key in said:
            out[key] = said[key]
    if "maximum-link-bandwidth" in said:
        out["bandwidth-bps"] = int(said["maximum-link-bandwidth"] * 8)
    if "maximum-reservable-link-bandwidth" in said:
        out["reservable-bps"] = int(said["maximum-reservable-link-bandwidth"] * 8)
    if "unreserved-bandwidth" in said:
        out["unreserved-bps"] = [int(value * 8) for value in said["unreserved-bandwidth"]]
    if "admin-group-mask" in said:
        mask = said["admin-group-mask"]
        out["admin-group"] = mask[0] if isinstance(mask, list) else mask
    if "sr-prefix-flags" in said:
        out["sid"] = said["sids"][0]
    return out


KINDS = {"bgpls-node": "node", "bgpls-link": "link", "bgpls-prefix-v4": "prefix4",
         "bgpls-prefix-v6": "prefix6"}


def pairs(items):
    """An object as a dict; a key that stands twice keeps all its values"""
    out = {}
    for key, value in items:
        if key in out and not isinstance(out[key], list):
            out[key] = [out[key]]
        if key in out:
            out[key].append(value)
        else:
            out[key] = value
    return out


def node(descriptors):
    """ExaBGP 4 has an object, 5 a list of objects of one key each"""
    if isinstance(descriptors, list):
        return {key: value for one in descriptors for key, value in one.items()}
    return descriptors


def values(thing):
    found = []
    if isinstance(thing, list):
        return thing
    for value in (thing or {}).values():
        found += value if isinstance(value, list) else [value]
    return found


def exabgps(path):
    """The announcements that ExaBGP wrote to a file, in the form of ours(); its last line may still be coming"""
    return exabgps_of(path.read_text().rpartition("\n")[0].splitlines())


def exabgps_of(lines):
    said = []
    for line in lines:
        if not line.startswith("{"):
            continue
        message = json.loads(line, object_pairs_hook=pairs)
        update = message.get("neighbor", {}).get("message", {}).get("update", {})
        for nlris in update.get("announce", {}).get("bgp-ls bgp-ls", {}).values():
            for nlri in nlris:
                if "ls-nlri-type" not in nlri:
                    continue
                local = node(nlri.get("node-descriptors") or nlri["local-node-descriptors"])
                remote = node(nlri.get("remote-node-descriptors"))
                addresses = sum((values(nlri.get(key)) for key in (
                    "interface-address", "interface-addresses", "neighbor-address",
                    "neighbor-addresses")), [])
                said.append((KINDS[nlri["ls-nlri-type"]], local["router-id"],
                             remote["router-id"] if remote else None, tuple(sorted(addresses)),
                             nlri.get("ip-reach-prefix"),
                             update.get("attribute", {}).get("bgp-ls", {})))
    return said

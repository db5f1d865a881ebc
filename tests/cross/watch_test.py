"""cleanpath watch: what it tells when files of a case change, and how it ends."""

import csv
import datetime
import io
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM = os.environ["CLEANPATH"]
ROOT = Path(__file__).resolve().parent.parent.parent
KOREA = ROOT / "examples/korea"
DAY = ["--as-of", "2026-11-21"]
PATIENCE_S = 120  # on a machine that is busy; nothing here takes long
PAUSE_S = 0.6  # longer than a watch waits for quiet; a test holds without it, but proves less


class Lines:
    """Lines of a pipe, as they come."""

    def __init__(self, pipe):
        self.seen = queue.Queue()
        self.thread = threading.Thread(target=self.pump, args=(pipe,), daemon=True)
        self.thread.start()

    def pump(self, pipe):
        for line in pipe:
            self.seen.put(line.decode().rstrip("\n"))
        self.seen.put(None)

    def next(self):
        """The next line; None at the end"""
        return self.seen.get(timeout=PATIENCE_S)

    def until(self, part):
        """The first line to come that holds this part"""
        while (line := self.next()) is not None:
            if part in line:
                return line
        raise AssertionError(f"never said: {part}")

    def rest(self):
        lines = []
        while (line := self.next()) is not None:
            lines.append(line)
        return lines


class Watch:
    """A watch that runs."""

    def __init__(self, *args, **options):
        self.child = subprocess.Popen(  # pylint: disable=consider-using-with
            [PROGRAM, "watch", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.out, self.err = Lines(self.child.stdout), Lines(self.child.stderr)

    def event(self):
        return json.loads(self.out.next())

    def end(self, how=signal.SIGTERM):
        """Its exit code once it was told to end"""
        self.child.send_signal(how)
        return self.child.wait(timeout=PATIENCE_S)

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.out.thread.join()
        self.err.thread.join()
        self.child.stdout.close()
        self.child.stderr.close()


class Case(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.room = Path(holder.name)
        self.folder = self.room / "case"
        shutil.copytree(KOREA, self.folder)

    def watch(self, *args, **options):
        watch = Watch(*args, **options)
        self.addCleanup(watch.close)
        return watch

    def watch_json(self, *args, **options):
        """A watch of the case whose first event has been read"""
        watch = self.watch(str(self.folder), "--json", *(args or DAY), **options)
        first = watch.event()
        self.assertEqual((first["schema"], first["event"]), ("cleanpath.watch/1", "audit"))
        return watch, first

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name, text):
        """All at once: a busy machine lets a watch see a file that is half written"""
        self.put(self.folder / name, text)

    def put(self, path, text):
        draft = self.room / "draft"
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)

    def cells(self, name, change):
        """The file with each row (a dict) as change leaves it; without those it says False of"""
        rows = csv.DictReader(io.StringIO(self.text(name), newline=""))
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, rows.fieldnames)
        writer.writeheader()
        writer.writerows(row for row in rows if change(row) is not False)
        return out.getvalue()

    def far_links(self):
        """links.csv with a metric that moves seoul-busan and humphreys-walker"""
        def change(row):
            if (row["a"], row["b"]) == ("kt-dae-cr1", "kt-tgu-cr1"):
                row["metric_ab"] = row["metric_ba"] = "500"
        return self.cells("links.csv", change)

    def audited(self, *more):
        done = subprocess.run([PROGRAM, "audit", str(self.folder), "--json", *DAY, *more],
                              capture_output=True, check=False, timeout=PATIENCE_S)
        return json.loads(done.stdout)


def side(demand):
    """What a watch keeps of a demand of an audit"""
    return {name: demand[name] for name in
            ("src", "dst", "verdict", "exposure_depth", "cut_depth", "states")}


class Evidence(Case):
    """A walk of a device of the case, in a folder of evidence that comes while the watch runs."""

    WALK = "1.3.6.1.2.1.1.1.0|4|Huawei Versatile Routing Platform Software, VRP (R) software, Version 8.180\n"

    def test_evidence_that_comes_changes_and_goes_is_told(self):
        watch, first = self.watch_json()
        folder = self.folder / "evidence/walks"
        folder.mkdir(parents=True)
        self.put(folder / "gov-seo-ce1.snmprec", self.WALK)
        event = watch.event()
        self.assertEqual(event["inputs"], ["evidence/walks/gov-seo-ce1.snmprec"])
        self.assertGreater(event["summary"]["violation"], first["summary"]["violation"] - 1)
        reasons = [d["exposure"]["reason"] for d in event["demands"] if d["exposure"]]
        self.assertTrue(any("evidence/walks/gov-seo-ce1.snmprec:1" in reason for reason in reasons))
        self.write("evidence.csv", "file,evidence,who\nevidence/walks,authenticated-read,noc\n")
        event = watch.event()
        self.assertEqual(event["inputs"], ["evidence.csv"])
        shutil.rmtree(self.folder / "evidence")
        (self.folder / "evidence.csv").unlink()
        event = watch.event()
        while event["inputs"] == []:
            event = watch.event()
        self.assertEqual(event["summary"]["violation"], first["summary"]["violation"])

    def test_a_folder_named_by_a_flag_is_seen_to_its_bottom(self):
        deep = self.room / "walks/a/b"
        deep.mkdir(parents=True)
        self.put(deep / "gov-gwc-ce1.snmprec", self.WALK.replace("Huawei", "Cisco"))
        watch, _ = self.watch_json("--evidence", str(self.room / "walks"), *DAY)
        self.put(deep / "gov-gwc-ce1.snmprec", self.WALK)
        self.assertEqual(watch.event()["inputs"], [str(deep / "gov-gwc-ce1.snmprec")])


class Changes(Case):
    def check_change(self, watch, before, inputs):
        """The next event is the difference between the audit before and the one of now"""
        event, now = watch.event(), self.audited()
        self.assertEqual((event["schema"], event["event"]), ("cleanpath.watch/1", "change"))
        self.assertEqual(event["inputs"], inputs)
        was = {d["id"]: side(d) for d in before["demands"]}
        now_is = {d["id"]: side(d) for d in now["demands"]}
        wanted = [i for i in now_is if was.get(i) != now_is[i]] + [i for i in was if i not in now_is]
        self.assertEqual([d["id"] for d in event["demands"]], wanted)
        exposures = {d["id"]: d["exposure"] for d in now["demands"]}
        for demand in event["demands"]:
            self.assertEqual(demand["before"], was.get(demand["id"]))
            self.assertEqual(demand["after"], now_is.get(demand["id"]))
            exposure = exposures.get(demand["id"])
            self.assertEqual(demand["exposure"], exposure and {
                name: exposure[name] for name in exposure if name not in ("failing", "links")})
        for name, value in event["summary"].items():
            self.assertEqual(value, now["summary"][name])
        return event, now

    def test_the_first_event_is_the_summary_of_the_audit(self):
        _, first = self.watch_json()
        audit = self.audited()
        self.assertEqual(first["as_of"], "2026-11-21")
        self.assertEqual(first["failures"], audit["failures"])
        self.assertEqual(first["inputs"], [given["path"] for given in audit["inputs"]])
        self.assertEqual(first["demands"], [{"id": d["id"], **side(d)} for d in audit["demands"]])
        self.assertEqual(first["presence"], audit["presence"])
        for name, value in first["summary"].items():
            self.assertEqual(value, audit["summary"][name])
        self.assertEqual(first["exit_code"], 1)

    def test_each_change_is_the_difference_of_two_audits(self):
        watch, _ = self.watch_json()
        before = self.audited()
        self.write("links.csv", self.far_links())
        event, before = self.check_change(watch, before, ["links.csv"])
        self.assertEqual([(d["id"], d["before"]["verdict"], d["after"]["verdict"])
                          for d in event["demands"]],
                         [("seoul-busan", "violation", "violation"),
                          ("humphreys-walker", "violation", "ok")])
        self.write("demands.csv", self.cells(
            "demands.csv", lambda row: row["id"] not in ("seoul-incheon", "daegu-library")))
        event, before = self.check_change(watch, before, ["demands.csv"])
        self.assertEqual([(d["id"], d["after"]) for d in event["demands"]],
                         [("seoul-incheon", None), ("daegu-library", None)])
        self.write("facts-2.csv", "object,attribute,value\nkt-dae-cr2,maker,huawei\n")
        event, before = self.check_change(watch, before, ["facts-2.csv"])
        self.assertIn("kt-dae-cr2", [d["exposure"]["element"] for d in event["demands"]])
        (self.folder / "facts-2.csv").unlink()
        self.check_change(watch, before, ["facts-2.csv"])

    def test_a_demand_that_comes_or_goes_elsewhere_is_told(self):
        watch, _ = self.watch_json()
        before = self.audited()

        def change(row):
            if row["id"] == "daegu-library":
                row["dst"] = "gov-bus-ce1"
        self.write("demands.csv", self.cells("demands.csv", change)
                   + "fresh,gov-seo-ce1,gov-dae-ce1,,1\n")
        event, _ = self.check_change(watch, before, ["demands.csv"])
        self.assertEqual([d["id"] for d in event["demands"]], ["daegu-library", "fresh"])
        self.assertIsNone(event["demands"][1]["before"])

    def test_what_stands_where_it_must_not_is_told(self):
        watch, first = self.watch_json()
        self.write("facts-2.csv", "object,attribute,value\nusfk-hum-ce1,maker,huawei\n")
        event = watch.event()
        [came] = [p for p in event["presence"] if p["element"] == "usfk-hum-ce1"]
        self.assertEqual((came["rule"], came["before"], came["after"]), ("kr-2", None, "violation"))
        self.assertGreater(event["summary"]["presence_violations"],
                           first["summary"]["presence_violations"])
        (self.folder / "facts-2.csv").unlink()
        event = watch.event()
        self.assertIn((came["element"], "violation", None),
                      [(p["element"], p["before"], p["after"]) for p in event["presence"]])

    def test_findings_of_every_kind_and_policy_are_told(self):
        several = ROOT / "tests/golden/several"
        for path in several.glob("*.csv"):
            shutil.copy(path, self.room / path.name)
        policies = [f"--policy={several / name}.yaml" for name in ("kr", "us")]
        flags = [f"--{flag}={self.room / name}" for flag, name in (
            ("network", "nodes.csv"), ("network", "links.csv"), ("sites", "sites.csv"),
            ("facts", "facts.csv"), ("demands", "demands.csv"))]
        watch = self.watch(*flags, *policies, "--json", "--as-of", "2019-11-01")
        first = watch.event()
        self.assertEqual([p["id"] for p in first["policies"]], ["kr", "us"])
        self.assertEqual([c["rule"] for c in first["caps"]], ["share"])
        self.assertEqual([s["rule"] for s in first["suppliers"]], ["two"])
        self.assertEqual({i["policy"] for i in first["install"]}, {"us"})
        nodes = (self.room / "nodes.csv").read_text(encoding="utf-8")
        self.put(self.room / "nodes.csv",
                 nodes.replace("c,ip,core,bus,kt,Huawei", "c,ip,core,bus,kt,Nokia"))
        facts = (self.room / "facts.csv").read_text(encoding="utf-8")
        self.put(self.room / "facts.csv", facts.replace("c,maker,Huawei", "c,maker,Nokia"))
        told = {"caps": [], "suppliers": [], "install": []}
        while not all(told.values()):  # a busy machine may see one file before the other
            event = watch.event()
            for name in told:
                told[name] += [(f["rule"], f["before"], f["after"]) for f in event[name]]
        self.assertIn(("two", "violation", None), told["suppliers"])
        self.assertIn(("share", "violation", None), told["caps"])
        self.assertIn(("new", "violation", None), told["install"])

    def test_a_file_written_in_place_bit_by_bit_is_told_once_it_is_whole(self):
        watch, first = self.watch_json()
        text = self.far_links()
        with (self.folder / "links.csv").open("w", encoding="utf-8") as file:
            for at in range(0, len(text), 2000):
                file.write(text[at:at + 2000])
                file.flush()
                time.sleep(0.01)
        told = {d["id"]: {name: d[name] for name in d if name != "id"} for d in first["demands"]}
        wanted = {d["id"]: side(d) for d in self.audited()["demands"]}
        while told != wanted:  # a busy machine may let it see a part that makes sense
            told.update((d["id"], d["after"]) for d in watch.event()["demands"])

    def test_a_file_touched_without_another_content_is_no_change(self):
        watch, _ = self.watch_json()
        before = self.audited()
        for path in self.folder.iterdir():
            os.utime(path)
        self.write("policy.yaml", self.text("policy.yaml"))
        time.sleep(PAUSE_S)
        self.write("links.csv", self.far_links())
        self.check_change(watch, before, ["links.csv"])
        self.assertEqual(watch.end(), 1)
        self.assertEqual(watch.out.rest(), [])

    def test_a_log_that_grows_among_the_files_is_not_their_change(self):
        """That they were read again would show in nothing but what was read."""
        watch, before = self.watch_json()

        def grow():
            for name in ("cleanpathd.log", "cleanpath.db-wal"):
                with open(self.folder / name, "a", encoding="utf-8") as log:
                    log.write("x\n")

        def read_bytes():
            return int(Path(f"/proc/{watch.child.pid}/io").read_text(encoding="utf-8").split()[1])

        grow()
        watch.err.until("cleanpathd.log")
        read = None
        while read != read_bytes():  # it reads again because there are files that were not
            read = read_bytes()
            time.sleep(4 * PAUSE_S)
        for _ in range(3):
            grow()
            time.sleep(PAUSE_S)
        self.assertLess(read_bytes() - read, len(self.text("nodes.csv")))
        self.write("links.csv", self.far_links())
        self.check_change(watch, before, ["links.csv"])
        self.assertEqual(watch.end(), 1)

    def test_a_change_that_changes_no_verdict_is_told(self):
        watch, first = self.watch_json()
        self.write("sites.csv", self.text("sites.csv").replace("\n", "\r\n"))
        event = watch.event()
        self.assertEqual((event["inputs"], event["demands"], event["presence"]),
                         (["sites.csv"], [], []))
        self.assertEqual(event["summary"], first["summary"])

    def test_files_named_by_flag_are_watched(self):
        other = self.room / "elsewhere"
        other.mkdir()
        names = ("nodes.csv", "links.csv", "sites.csv", "facts.csv", "facts-optical.csv",
                 "policy.yaml", "demands.csv")
        for name in names:
            shutil.move(self.folder / name, other / name)
        flags = ("network", "network", "sites", "facts", "facts", "policy", "demands")
        args = [word for flag, name in zip(flags, names) for word in (f"--{flag}", str(other / name))]
        watch = self.watch(*args, "--json", *DAY)
        self.assertEqual(watch.event()["event"], "audit")
        for name in names:
            path = other / name
            self.put(path, path.read_text(encoding="utf-8") + "\n")
            self.assertEqual(watch.event()["inputs"], [str(path)])

    def test_a_file_behind_symbolic_links_is_watched(self):
        # As mounted configuration is swapped: names lead through one link to a folder of now.
        now, later = self.folder / "..now", self.folder / "..later"
        shutil.copytree(KOREA, now)
        shutil.copytree(KOREA, later)
        (later / "links.csv").write_text(self.far_links(), encoding="utf-8")
        (self.folder / "..data").symlink_to("..now")
        for path in KOREA.glob("*.csv"):
            (self.folder / path.name).unlink()
            (self.folder / path.name).symlink_to(f"..data/{path.name}")
        watch, _ = self.watch_json()
        before = self.audited()
        (self.folder / "..fresh").symlink_to("..later")
        os.replace(self.folder / "..fresh", self.folder / "..data")
        self.check_change(watch, before, ["links.csv"])

    def test_a_folder_that_is_swapped_is_watched(self):
        watch, _ = self.watch_json()
        before = self.audited()
        links = self.far_links()
        self.folder.rename(self.room / "old")
        watch.err.until("no such case folder")
        shutil.copytree(KOREA, self.room / "next")
        (self.room / "next/links.csv").write_text(links, encoding="utf-8")
        (self.room / "next").rename(self.folder)
        self.check_change(watch, before, ["links.csv"])


class Failures(Case):
    def test_a_file_that_breaks_leaves_the_last_answers_in_force(self):
        watch, _ = self.watch_json()
        whole = self.text("links.csv")
        self.write("links.csv", whole[:len(whole) // 2] + "\nhalf a row")
        watch.err.until(f"{self.folder}/links.csv:")
        watch.err.until("the last good answers stay in force")
        self.write("links.csv", whole)
        watch.err.until("the case is again as it was")
        self.write("links.csv", "broken")
        watch.err.until(f"{self.folder}/links.csv:")
        self.write("links.csv", whole.replace(",5,", ",7,"))
        event = watch.event()
        self.assertEqual((event["event"], event["inputs"]), ("change", ["links.csv"]))
        self.assertEqual(watch.end(), 1)
        self.assertEqual(watch.out.rest(), [])

    def test_a_file_that_vanishes_leaves_the_last_answers_in_force(self):
        watch, _ = self.watch_json()
        self.folder.joinpath("policy.yaml").rename(self.room / "policy.yaml")
        watch.err.until("no policy")
        (self.room / "policy.yaml").rename(self.folder / "policy.yaml")
        watch.err.until("the case is again as it was")
        self.assertEqual(watch.end(), 1)
        self.assertEqual(watch.out.rest(), [])

    def test_what_was_said_of_the_case_is_not_said_again(self):
        watch, _ = self.watch_json()
        watch.err.until("falls under no rule")
        self.write("links.csv", self.far_links())
        watch.event()
        self.write("Facts.csv", "")
        watch.err.until("not read: Facts.csv (did you mean facts.csv?)")
        self.write("links.csv", self.text("links.csv") + "\n")
        watch.event()
        self.assertEqual(watch.end(), 1)
        self.assertEqual(watch.err.rest(), [])

    def test_a_first_audit_that_fails_ends_as_an_audit_would(self):
        def code(*args):
            return subprocess.run([PROGRAM, "watch", *args], capture_output=True, check=False,
                                  timeout=PATIENCE_S).returncode
        self.assertEqual(code(str(self.room / "nowhere")), 66)
        self.assertEqual(code(str(self.folder), "--csv"), 64)
        self.assertEqual(code(), 64)
        self.assertEqual(code(str(self.folder), "--failures", "9"), 64)
        self.assertEqual(code(str(self.folder), "--policy", "/dev/stdin"), 64)
        links = self.text("links.csv")
        self.write("links.csv", "broken")
        self.assertEqual(code(str(self.folder)), 65)
        self.write("links.csv", links)
        self.write("policy.yaml", "broken")
        self.assertEqual(code(str(self.folder)), 78)


class End(Case):
    def test_both_signals_end_it_with_the_code_of_the_last_audit(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            watch, _ = self.watch_json()
            self.assertEqual(watch.end(how), 1)
            watch, first = self.watch_json("--as-of", "2013-01-01")
            self.assertEqual(first["exit_code"], 0)
            self.assertEqual(watch.end(how), 0)

    def test_the_code_follows_the_case(self):
        watch, _ = self.watch_json()
        text = self.text("policy.yaml")
        self.write("policy.yaml", text.replace("from: 2014-02-14", "from: 2099-01-01"))
        self.assertEqual(watch.event()["exit_code"], 0)
        self.write("policy.yaml", "broken")
        watch.err.until("stay in force")
        self.assertEqual(watch.end(), 0)

    def test_a_reader_that_goes_ends_it(self):
        read, write = os.pipe()
        with subprocess.Popen([PROGRAM, "watch", str(self.folder), *DAY], stdout=write,
                              stderr=subprocess.DEVNULL) as child:
            os.close(write)
            self.assertTrue(os.read(read, 65536))
            os.close(read)
            self.assertEqual(child.wait(timeout=PATIENCE_S), 74)

    def test_a_stdout_that_was_never_there_ends_it(self):
        done = subprocess.run([PROGRAM, "watch", str(self.folder), *DAY], stderr=subprocess.PIPE,
                              check=False, timeout=PATIENCE_S, preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"cannot write the answer: Bad file descriptor", done.stderr)

    def test_a_reader_that_reads_no_more_does_not_keep_it_from_ending(self):
        text = "id,src,dst\n" + "".join(f"{'d' * 200}-{i},gov-seo-ce1,gov-bus-ce1\n"
                                        for i in range(2000))
        self.write("demands.csv", text)  # more than a pipe holds
        read, write = os.pipe()
        self.addCleanup(os.close, read)
        with subprocess.Popen([PROGRAM, "watch", str(self.folder), "--json", *DAY], stdout=write,
                              stderr=subprocess.DEVNULL) as child:
            os.close(write)
            self.assertTrue(os.read(read, 1))
            child.send_signal(signal.SIGTERM)
            self.assertEqual(child.wait(timeout=PATIENCE_S), 1)

    def test_a_full_disk_ends_it(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "watch", str(self.folder), *DAY], stdout=full,
                                  stderr=subprocess.PIPE, check=False, timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 74)
        self.assertIn(b"cannot write the answer", done.stderr)


class Text(Case):
    def test_a_line_a_demand_and_one_for_all(self):
        watch = self.watch(str(self.folder), *DAY)
        self.assertEqual(
            watch.out.next(),
            "policy kr-2014-example on 2026-11-21, up to 1 failure of link, node, srlg: 8 ok, "
            "12 violation, 0 undecided, 0 no-path; 5 presence violations; "
            "1 demand falls under no rule")
        self.write("links.csv", self.far_links())
        self.assertRegex(
            watch.out.next(),
            r"^seoul-busan: still violation; .*exposed today -> at 1 failure \(srlg han-banpo\) by "
            r"link kt-icn-ar1--kt-suw-cr1, rule kr-1: .*nodes\.csv:\d+")
        self.assertRegex(watch.out.next(), "^humphreys-walker: violation -> ok; .*-> never$")
        self.assertRegex(watch.out.next(), "^links.csv changed: 9 ok, 11 violation, ")
        self.write("demands.csv", self.cells("demands.csv", lambda r: r["id"] != "daegu-library"))
        self.assertRegex(watch.out.next(), "^daegu-library: gone, .*: was ok$")
        self.assertRegex(watch.out.next(), "^demands.csv changed: 8 ok, 11 violation, ")
        self.write("sites.csv", self.text("sites.csv") + "\n")
        self.assertRegex(watch.out.next(), "^sites.csv changed: no verdict changed; 8 ok, ")


    def test_the_readme_shows_what_is_told(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        shown = text.split("$ build/cleanpath watch examples/korea", 1)[1].split("```", 1)[0]
        watch = self.watch(str(self.folder), *DAY)
        told = [watch.out.next()]
        self.write("links.csv", self.far_links())
        told += [watch.out.next() for _ in range(3)]
        self.write("demands.csv", self.cells("demands.csv", lambda r: r["id"] != "daegu-library"))
        told += [watch.out.next() for _ in range(2)]
        self.assertEqual(shown.splitlines()[1:], told)


class Day(Case):
    """A machine in a zone where the day is nearly over."""

    LEFT_S = 4

    def start_before_midnight(self):
        """A watch whose first audit was in time; the day after it"""
        while True:
            now = datetime.datetime.now(datetime.timezone.utc)
            since = datetime.timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
            # POSIX: what is added to local time gives UTC.
            west = since - datetime.timedelta(days=1, seconds=-self.LEFT_S)
            if west < datetime.timedelta(hours=-14):
                west += datetime.timedelta(days=1)
            local = (now - west).date()
            text = (KOREA / "policy.yaml").read_text(encoding="utf-8")
            tomorrow = local + datetime.timedelta(days=1)
            text = text.replace("timezone: Asia/Seoul\n", "")
            self.write("policy.yaml", text.replace("from: 2014-02-14", f"from: {tomorrow}"))
            sign, seconds = ("-" if west < datetime.timedelta(0) else ""), int(abs(west).total_seconds())
            zone = f"ZON{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            watch = self.watch(str(self.folder), "--json", env={**os.environ, "TZ": zone})
            first = watch.event()
            if first["as_of"] == local.isoformat():
                return watch, first, tomorrow.isoformat()
            watch.close()
            type(self).LEFT_S *= 2  # too busy a machine

    def test_at_midnight_the_rules_of_the_next_day_hold(self):
        watch, first, tomorrow = self.start_before_midnight()
        self.assertEqual(first["exit_code"], 0)
        event = watch.event()
        self.assertEqual((event["event"], event["as_of"], event["inputs"]), ("change", tomorrow, []))
        self.assertEqual(event["exit_code"], 1)
        self.assertEqual({d["after"]["verdict"] for d in event["demands"]} & {"violation"},
                         {"violation"})


if __name__ == "__main__":
    unittest.main()

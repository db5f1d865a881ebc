"""The leak laboratory: not one sensitive packet on forbidden equipment, whatever happens.

    leaklab.py [--short] [--events N] [--control-events N] [--minutes N] [--seed N] [--rate N] [--arm NAME]...
               [--only KIND,...] [--save FILE] [--with FILE]... [--write FILE]

Runs each arm through the same seeded events, with 50,000 sensitive packets a second in both directions, and prints how
many of them forbidden routers and links saw.  Exit code 0: none in the arms that must not leak, some in each of the
controls; 1: otherwise; 77: it cannot run here.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import arms  # noqa: E402
import events  # noqa: E402
import network  # noqa: E402
import table  # noqa: E402
from run import Run  # noqa: E402


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_arm(arm, options):
    began = time.monotonic()
    say(f"== {arm.name}: {arm.says}")
    run = Run(arm.edge, options.rate, arm.giver, say)
    try:
        run.start()
        run.event(0, "first-start", arm.first_text(), lambda: run.first_start(arm.first_order()), 0.5)
        count = options.events if not arm.control else min(options.events, options.control_events)
        for number, event in enumerate(events.sequence(run, options.seed, count, not options.short,
                                                       options.only), 1):
            if options.minutes and time.monotonic() > began + 60 * options.minutes:
                break
            run.event(number, event.kind, event.what, event, event.hold_s)
        rates = run.rates()
    finally:
        run.stop()
    return table.Result(arm, run.outcomes, rates, run.sent, run.missed, time.monotonic() - began, run.sending_s,
                        [statistics.median(run.loads)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--events", type=int)
    parser.add_argument("--control-events", type=int)
    parser.add_argument("--minutes", type=float, help="of an arm: no event begins later")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=int, default=50000)
    parser.add_argument("--arm", action="append", choices=list(arms.ARMS))
    parser.add_argument("--only", type=lambda x: x.split(","))
    parser.add_argument("--save", help="what came of it, for --with")
    parser.add_argument("--with", dest="others", action="append", default=[], help="tells these results too, ahead; of the same arm: together")
    parser.add_argument("--note", help="a paragraph for the table: what it ran on, say")
    parser.add_argument("--write", help="the table, in Markdown")
    options = parser.parse_args()
    if options.events is None:
        options.events = 12 if options.short else 500
    if options.control_events is None:
        options.control_events = 4 if options.short else 60
    why = network.netlab.lacking()
    if why:
        say(f"leaklab: {why}")
        return 77
    network.alone(str(Path(__file__).resolve()))
    results = [x for path in options.others for x in table.load(path, arms.ARMS)]
    told = {x.arm.name for x in results}
    for name in options.arm or [x for x in arms.ARMS if x not in told]:
        results.append(run_arm(arms.ARMS[name], options))
    if options.save:
        table.save(results, options.save)
    results = table.joined(results)
    text = table.text(results, options)
    print(text)
    if options.write:
        Path(options.write).write_text(text, encoding="utf-8")
    return 0 if all(x.as_it_must_be() for x in results) else 1


if __name__ == "__main__":
    sys.exit(main())

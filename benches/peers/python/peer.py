"""A turn of one of the Python peers: `peer.py huey --dir … --durability normal|full
--submitters 1 --layout in-turn|apart --seconds 2`; the last line says what was done.

in-turn: one thread submits as many tasks as there are submitters, each durable before the next,
and then works them off: nobody ever waits for a lock.
apart: a process submits, another one works.
"""

import argparse
import importlib
import json
import os
import sys
import time

LEVELS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("peer", choices=["huey", "litequeue", "honker"])
    arguments.add_argument("--dir", required=True)
    arguments.add_argument("--durability", choices=["normal", "full"], required=True)
    arguments.add_argument("--submitters", type=int, required=True)
    arguments.add_argument("--layout", choices=["in-turn", "apart"], required=True)
    arguments.add_argument("--seconds", type=float, required=True)
    asked = arguments.parse_args()
    module = importlib.import_module(f"with_{asked.peer}")
    path = os.path.join(asked.dir, "peer.db")

    def open_peer():
        return module.Peer(path, asked.durability, asked.submitters)

    layout = in_turn if asked.layout == "in-turn" else apart
    peer, tasks, seconds = layout(open_peer, asked.submitters, asked.seconds)
    synchronous, journal_mode = peer.pragmas()
    print(
        json.dumps(
            {
                "tasks": tasks,
                "seconds": seconds,
                "synchronous": LEVELS.get(synchronous, str(synchronous)),
                "journal_mode": journal_mode,
                "version": module.VERSION,
            }
        )
    )
    sys.stdout.flush()
    # A peer's threads that watch its database need not be waited for.
    os._exit(0)


def in_turn(open_peer, submitters, seconds):
    peer = open_peer()
    tasks = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for _ in range(submitters):
            peer.submit()
        done = 0
        while done < submitters:
            done += peer.work(submitters - done)
        tasks += submitters
    return peer, tasks, time.perf_counter() - begun


def apart(open_peer, submitters, seconds):
    open_peer().close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        peer = open_peer()
        # Both are ready before the clock starts.
        os.write(writing, b"r")
        count = 0
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            peer.submit()
            count += 1
        os.write(writing, json.dumps(count).encode() + b"\n")
        os._exit(0)
    os.close(writing)
    peer = open_peer()
    os.read(reading, 1)
    os.set_blocking(reading, False)
    begun = time.perf_counter()
    done, wanted = 0, None
    while wanted is None or done < wanted:
        worked = peer.work(submitters)
        done += worked
        if worked == 0:
            if wanted is None:
                try:
                    said = os.read(reading, 100)
                except BlockingIOError:
                    said = None
                if said == b"":
                    raise SystemExit("the submitter ended early")
                if said:
                    wanted = json.loads(said)
            time.sleep(0.0002)
    took = time.perf_counter() - begun
    os.waitpid(child, 0)
    return peer, done, took


if __name__ == "__main__":
    main()

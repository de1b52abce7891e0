"""litequeue as it is: WAL and NORMAL are its own; FULL is set on its connection."""

import sqlite3
from importlib.metadata import version

from litequeue import LiteQueue

VERSION = f"litequeue {version('litequeue')}, SQLite {sqlite3.sqlite_version}"


class Peer:
    def __init__(self, path, durability, _submitters):
        # Two processes may open it at once.
        self.queue = LiteQueue(path, timeout=30)
        self.queue.conn.execute(f"pragma synchronous={durability}")

    def submit(self):
        self.queue.put("nothing")

    def work(self, _most):
        message = self.queue.pop()
        if message is None:
            return 0
        nothing(message.data)
        self.queue.done(message.message_id)
        return 1

    def pragmas(self):
        one = lambda name: self.queue.conn.execute(f"pragma {name}").fetchone()[0]
        return one("synchronous"), one("journal_mode")

    def close(self):
        self.queue.conn.close()


def nothing(_data):
    pass

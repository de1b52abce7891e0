"""huey's SqliteHuey, as its documentation says, with two things set.

`synchronous`: huey leaves SQLite's default, FULL, or sets OFF. For NORMAL the pragma is set on
every connection that its storage opens.
`store_none`: huey takes a task out of the table when it claims it, and keeps nothing of a task
without a result. So that the completion is durable, the result (None) is stored.
"""

import sqlite3

import huey as package
from huey import SqliteHuey
from huey.storage import SqliteStorage

VERSION = f"huey {package.__version__}, SQLite {sqlite3.sqlite_version}"


class Peer:
    def __init__(self, path, durability, _submitters):
        level = {"normal": 1, "full": 2}[durability]

        class Storage(SqliteStorage):
            def _create_connection(self):
                connection = super()._create_connection()
                connection.execute(f"pragma synchronous={level}")
                return connection

        self.huey = SqliteHuey(filename=path, storage_class=Storage, store_none=True)

        @self.huey.task()
        def nothing():
            pass

        self.nothing = nothing

    def submit(self):
        self.nothing()

    def work(self, _most):
        task = self.huey.dequeue()
        if task is None:
            return 0
        self.huey.execute(task)
        return 1

    def pragmas(self):
        connection = self.huey.storage.conn
        one = lambda name: connection.execute(f"pragma {name}").fetchone()[0]
        return one("synchronous"), one("journal_mode")

    def close(self):
        self.huey.storage.close()

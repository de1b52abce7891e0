"""honker as it is: WAL and NORMAL are its own. Its wheel has no way to set FULL: it runs SQL in
transactions only, and SQLite refuses the pragma there. Claims and acknowledgements are batched when
there are many submitters, as its documentation advises for throughput.
"""

from importlib.metadata import version

import honker

VERSION = f"honker {version('honker')}"


class Peer:
    def __init__(self, path, _durability, submitters):
        self.db = honker.open(path)
        self.queue = self.db.queue("nothing")
        self.batch = submitters

    def submit(self):
        self.queue.enqueue(None)

    def work(self, most):
        jobs = self.queue.claim_batch("worker", min(most, self.batch))
        for job in jobs:
            nothing(job.payload)
        if jobs:
            acknowledged = self.queue.ack_batch([job.id for job in jobs], "worker")
            assert acknowledged == len(jobs)
        return len(jobs)

    def pragmas(self):
        with self.db.transaction() as transaction:
            one = lambda name: next(iter(transaction.query(f"pragma {name}")[0].values()))
            return one("synchronous"), one("journal_mode")

    def close(self):
        self.db.close()


def nothing(_payload):
    pass

"""A process that submits without end and prints each id once its receipt has come, to be killed.

python -m tests.model.teaching.writer STORE_URL TOKEN [TOKEN …]
"""

from __future__ import annotations

import itertools
import sys
import threading

from tests.model.teaching.stores import belief, open_store

_printing = threading.Lock()


def submit_for_ever(url_store: object, token: str) -> None:
    learner = url_store.learner(token)
    key = learner.view().case.key
    for number in itertools.count():
        receipt = learner.submit(f"{learner.id}-killed-{number}", key, 0, belief(number % 100 / 100))
        with _printing:
            print(receipt.submission_id, flush=True)


def main(url: str, tokens: list[str]) -> None:
    store = open_store(url)
    threads = [threading.Thread(target=submit_for_ever, args=(store, token)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

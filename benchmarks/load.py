"""Clients that ask counts as fast as they are answered, each question a new one so that nothing is remembered.

`python -m benchmarks.load URL CLIENTS SECONDS` prints how many were answered per second.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

DOCUMENT = "query($where: SeriesWhere) { counts(where: $where) { patients studies series instances } }"


def ask_until(url: str, number: int, end: float) -> int:
    """One client over one connection; how many counts it was given."""
    connection = HTTPConnection(urlsplit(url).netloc)
    answered = 0
    while time.perf_counter() < end:
        where = {"sizeBytes": {"gte": number * 100_000 + answered * 7}, "seriesDescription": {"contains": "a"}}
        body = json.dumps({"query": DOCUMENT, "variables": {"where": where}})
        connection.request("POST", "/graphql", body, {"content-type": "application/json"})
        answer = json.load(connection.getresponse())
        if "errors" in answer:
            raise ValueError(answer["errors"])
        answered += 1
    return answered


def main() -> None:
    """See the module."""
    url, clients, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as pool:
        answered = sum(pool.map(lambda number: ask_until(url, number, end), range(clients)))
    print(answered / seconds)


if __name__ == "__main__":
    main()

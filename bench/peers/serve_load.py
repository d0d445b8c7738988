"""Loads a running `vit serve` and prints p50, p99, throughput and the count of each status.

    python bench/peers/serve_load.py URL PICTURE... [-c 8] [-s 10] [--close] [--slow N]

-c clients send one request after the other, each on its own connection (--close: on a new one each time), for
-s seconds; --rate R sends at most R requests per second. --slow N opens N more connections that send a byte of a
request each second. Standard library only.
Ends with 1 if a request that was sent got no answer.
"""
import argparse
import collections
import http.client
import json
import socket
import threading
import time
import urllib.parse


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


class Load:
    def __init__(self, args):
        self.args = args
        url = urllib.parse.urlsplit(args.url)
        self.host, self.port = url.hostname, url.port or 80
        self.target = (url.path or "/") + ("?" + url.query if url.query else "")
        self.bodies = [open(p, "rb").read() for p in args.pictures]
        self.lock = threading.Lock()
        self.millis = []
        self.status = collections.Counter()
        self.ended = 0
        self.stop = False

    def client(self, number):
        connection, turn, millis, status = None, number, [], collections.Counter()
        headers = {"Content-Type": "image/jpeg"}
        if self.args.close:
            headers["Connection"] = "close"
        if self.args.token:
            headers["Authorization"] = "Bearer " + self.args.token
        turns = time.perf_counter() + (number / self.args.rate if self.args.rate else 0)
        while not self.stop:
            if self.args.rate:  # its next turn, also if it is late
                time.sleep(max(0, turns - time.perf_counter()))
                turns = max(turns, time.perf_counter() - 1) + self.args.clients / self.args.rate
            if connection is None:
                connection = http.client.HTTPConnection(self.host, self.port, timeout=120)
                try:
                    connection.connect()
                except OSError:
                    status["refused"] += 1  # nothing was accepted
                    connection = None
                    if self.args.until_refused:
                        break
                    time.sleep(0.05)
                    continue
            begin = time.perf_counter()
            try:
                connection.request("POST", self.target, self.bodies[turn % len(self.bodies)], headers)
                answer = connection.getresponse()
                answer.read()
                status[answer.status] += 1
                if answer.status == 200:
                    millis.append(1000 * (time.perf_counter() - begin))
                elif answer.status == 503:
                    time.sleep(self.args.back_off)
                if answer.will_close:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException) as e:
                status["lost: " + type(e).__name__] += 1
                connection.close()
                connection = None
            turn += 1
        with self.lock:
            self.millis += millis
            self.status += status

    def slow(self):
        head = f"POST {self.target} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: image/jpeg\r\nContent-Length: 60000\r\n\r\n"
        sockets = []
        for i in range(self.args.slow):
            s = socket.create_connection((self.host, self.port), timeout=30)
            # half of them are slow in the headers, half in the body
            s.sendall(head.encode()[: 20 if i % 2 else len(head)])
            sockets.append(s)
        self.ready.set()
        while not self.stop:
            for s in sockets:
                try:
                    s.sendall(b"a")
                except OSError:
                    self.ended += 1  # the server gave it up
                    sockets.remove(s)
            time.sleep(1)

    def run(self):
        self.ready = threading.Event()
        if self.args.slow:
            threading.Thread(target=self.slow, daemon=True).start()
            self.ready.wait()
        threads = [threading.Thread(target=self.client, args=(i,)) for i in range(self.args.clients)]
        begin = time.perf_counter()
        for t in threads:
            t.start()
        if self.args.until_refused:
            for t in threads:
                t.join(self.args.seconds)
        else:
            time.sleep(self.args.seconds)
        self.stop = True
        for t in threads:
            t.join()
        seconds = time.perf_counter() - begin
        self.millis.sort()
        result = {
            "clients": self.args.clients,
            "seconds": round(seconds, 2),
            "answered": len(self.millis),
            "per_second": round(len(self.millis) / seconds, 2),
            "p50_ms": round(percentile(self.millis, 0.5), 2),
            "p99_ms": round(percentile(self.millis, 0.99), 2),
            "status": {str(k): v for k, v in sorted(self.status.items(), key=lambda x: str(x[0]))},
            "slow_given_up": self.ended,
        }
        print(json.dumps(result))
        return any(str(k).startswith("lost") for k in self.status)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("url")
    p.add_argument("pictures", nargs="+")
    p.add_argument("-c", "--clients", type=int, default=8)
    p.add_argument("-s", "--seconds", type=float, default=10)
    p.add_argument("--close", action="store_true")
    p.add_argument("--slow", type=int, default=0)
    p.add_argument("--token")
    p.add_argument("--back-off", type=float, default=0, help="seconds of waiting after a 503")
    p.add_argument("--rate", type=float, help="requests per second of all clients together, at most")
    p.add_argument("--until-refused", action="store_true", help="end when the server stops listening")
    raise SystemExit(Load(p.parse_args()).run())


if __name__ == "__main__":
    main()

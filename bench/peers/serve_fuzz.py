"""Sends malformed requests to a running `vit serve` over raw sockets, and watches the server.

    python bench/peers/serve_fuzz.py http://127.0.0.1:8080 MODEL PICTURE [-n 50000] [-c 4] [--seed 1] [--pid PID]

Broken request lines, headers, lengths, chunked and multipart bodies, JSON of any depth, lengths of binary tensors, mutated
pictures. Ends with 1 if an answer is 5xx other than 503, if an answer is no HTTP, if the server does not answer a good
request at the end, or if its threads have grown. --pid (Linux) also shows its memory. Standard library only.
"""
import argparse
import base64
import collections
import json
import pathlib
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse
import urllib.request

PATHS = ["/", "/v1/models", "/v1/predict", "/v1/explain", "/v1/zeroshot", "/v1/segment", "/v1/search", "/v1/embeddings",
         "/v2", "/v2/models/{m}", "/v2/models/{m}/infer", "/v2/models/{m}/versions/1/infer", "/models/{m}", "/predictions/{m}",
         "/invocations", "/ping", "/health/ready", "/metrics", "/openapi.json", "/page/x.js", "/v1/models/{m}"]


class Maker:
    def __init__(self, seed, model, picture):
        self.r = random.Random(seed)
        self.model, self.picture = model, picture
        self.kinds = [self.line, self.headers, self.length, self.chunked, self.multipart, self.json, self.depth,
                      self.binary, self.image, self.parameters, self.embeddings, self.noise]

    def path(self):
        return self.r.choice(PATHS).replace("{m}", self.model)

    def junk(self, most):
        return self.r.randbytes(self.r.randrange(most))

    def text(self, most):
        return "".join(self.r.choice("abc/%\\?#&=;:{}[]\"'<>\u00e9\u4e2d\U0001f600\x7f 019") for _ in range(self.r.randrange(most)))

    def mutated(self, data):
        data = bytearray(data)
        for _ in range(self.r.choice([1, 1, 2, 5, 50])):
            if not data:
                break
            at = self.r.randrange(len(data)) if self.r.random() < 0.5 else self.r.randrange(min(64, len(data)))
            action = self.r.randrange(5)
            if action == 0:
                data[at] = self.r.randrange(256)
            elif action == 1:
                del data[at:at + self.r.choice([1, 4, 100, 10000])]
            elif action == 2:
                data[at:at] = self.junk(20)
            elif action == 3:
                data[at:at + 4] = struct.pack(">I", self.r.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF, 65535]))
            else:
                del data[at:]
        return bytes(data)

    def post(self, path, body, headers=(), length=None):
        lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += [f"Content-Length: {len(body) if length is None else length}", *headers]
        return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body

    def line(self):
        method = self.r.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "", "G" * 300, "PRI"])
        path = self.r.choice([self.path(), "*", "//", "/..", "/%00", "/%zz", "/v1/../v2", "http://x/", "/" + self.text(60), "/page/../../x", "/page/%2e%2e/x", "/" + "a" * self.r.choice([10, 9000, 20000])])
        version = self.r.choice(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "", "HTTP/9.9", "http/1.1"])
        end = self.r.choice(["\r\n", "\n", "\r", ""])
        return f"{method} {path} {version}{end}Host: 127.0.0.1{end}Connection: close{end}{end}".encode("utf-8", "replace")

    def headers(self):
        some = [self.r.choice([
            "Host: ", "Host: a\r\nHost: b", "Content-Length: -1", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 99999999999999999999",
            "Transfer-Encoding: gzip", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Expect: 100-continue", "Expect: x", "Content-Encoding: gzip",
            "Content-Type: " + self.text(40), "Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=" + "b" * self.r.choice([0, 1, 70, 5000]),
            "Origin: http://evil", "Authorization: Bearer " + self.text(20), "Accept: " + self.text(30), "X: " + "y" * self.r.choice([1, 8000, 40000]),
            " folded: x", "no colon", ": empty", "Range: bytes=0-1", "If-None-Match: " + self.text(20), "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA",
            "Inference-Header-Content-Length: " + self.r.choice(["-1", "0", "99999999999", "x", "5"])]) for _ in range(self.r.randrange(1, 5))]
        return (f"{self.r.choice(['GET', 'POST'])} {self.path()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + "\r\n".join(some) + "\r\n\r\n").encode("utf-8", "replace") + self.junk(50)

    def length(self):
        body = self.r.choice([b"", self.junk(500), self.picture])
        return self.post(self.path(), body, length=self.r.choice([0, 1, len(body) - 1, len(body) + 1, -5, 2**31, 2**40, "1e3", "0x10", "+5", ""]))

    def chunked(self):
        body = b""
        for _ in range(self.r.randrange(6)):
            part = self.junk(300)
            size = self.r.choice([b"%x" % len(part), b"%x" % len(part), b"-1", b"zz", b"ffffffffffffffff", b"", b"0" * 50 + b"5", b"%x;ext=%s" % (len(part), b"e" * 100)])
            body += size + self.r.choice([b"\r\n", b"\r\n", b"\n"]) + part + self.r.choice([b"\r\n", b"\r\n", b""])
        body += self.r.choice([b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n", b""])
        return f"POST {self.path()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + body

    def multipart(self):
        boundary = self.r.choice(["bb", "b" * 70, "b b", "", "\"q\"", "é"])
        parts = b""
        for _ in range(self.r.choice([0, 1, 2, 3, 30])):
            disposition = self.r.choice(['form-data; name="image"; filename="a.png"', 'form-data; name="model"', 'form-data; name=top_k', "form-data", "", 'form-data; filename="../../x"', "form-data; name=\"" + self.text(50) + '"', 'form-data; name="labels"'])
            body = self.r.choice([self.mutated(self.picture), self.picture, self.model.encode(), b"5", self.junk(200), b""])
            parts += b"--" + boundary.encode() + b"\r\nContent-Disposition: " + disposition.encode("utf-8", "replace") + self.r.choice([b"\r\n\r\n", b"\r\n\r\n", b"\n\n", b"\r\n"]) + body + b"\r\n"
        parts += self.r.choice([b"--" + boundary.encode() + b"--\r\n", b"", b"--" + boundary.encode()])
        return self.post(self.path(), parts, [f"Content-Type: multipart/form-data; boundary={boundary}"])

    def value(self, depth=0):
        kind = self.r.randrange(10 if depth < 6 else 6)
        if kind > 7:
            return {self.text(8): self.value(depth + 1) for _ in range(self.r.randrange(4))}
        if kind > 5:
            return [self.value(depth + 1) for _ in range(self.r.randrange(4))]
        return [None, True, self.r.randrange(-9, 9), 1e300 * self.r.random(), self.text(30), 2**80][kind]

    def request(self):
        """A good request of the Open Inference Protocol, before something is replaced."""
        return {"id": "x", "parameters": {"binary_data_output": self.r.random() < 0.5},
                "inputs": [{"name": self.r.choice(["image", "pixel_values"]), "datatype": self.r.choice(["BYTES", "FP32"]),
                            "shape": self.r.choice([[1], [1, 3, 32, 32], [2**31, 2**31, 4, 4], [0], [-1], [1] * 70, [2**62, 2]]),
                            "data": self.r.choice([[base64.b64encode(self.picture).decode()], [0.5] * 3072, [], [[[1]]], ["x"]])}],
                "outputs": [{"name": self.r.choice(["logits", "probabilities", "embedding", "x"]), "parameters": {"binary_data": True}}]}

    def json(self):
        data = self.request()
        if self.r.random() < 0.3:
            data = {"inputs": base64.b64encode(self.mutated(self.picture)).decode(), "parameters": {"candidate_labels": self.value(), "top_k": self.value(), "hypothesis_template": self.value()}}
        for _ in range(self.r.randrange(4)):
            at = data
            while isinstance(at, (dict, list)) and at:
                key = self.r.choice(list(at) if isinstance(at, dict) else range(len(at)))
                if self.r.random() < 0.5 or not isinstance(at[key], (dict, list)) or not at[key]:
                    at[key] = self.value()
                    break
                at = at[key]
        body = json.dumps(data).encode("utf-8", "replace")
        if self.r.random() < 0.3:
            body = self.mutated(body)
        return self.post(self.path(), body, ["Content-Type: application/json"])

    def depth(self):
        opened = self.r.choice(["[", "{\"a\":", "{\"inputs\":[", "[[", "{\"input\":"])
        many = self.r.choice([1, 31, 33, 999, 5000, 50000])
        body = (opened * many + self.r.choice(["1", "", "9" * 200, "1e" + "9" * 50, "\"" + "s" * 100000 + "\""]) + self.r.choice(["", "]" * many, "}" * many])).encode()
        return self.post(self.path(), body, ["Content-Type: application/json"])

    def binary(self):
        data = self.request()
        raw = self.r.choice([struct.pack("<I", len(self.picture)) + self.picture, self.junk(100), struct.pack("<I", 2**32 - 1), struct.pack("<f", float("nan")) * 3072, self.r.randbytes(12288)])
        data["inputs"][0].pop("data")
        data["inputs"][0]["parameters"] = {"binary_data_size": self.r.choice([len(raw), len(raw), len(raw) + 1, 0, -1, 2**40, "5", 4])}
        head = json.dumps(data).encode()
        length = self.r.choice([len(head), len(head), len(head) - 1, len(head) + 1, 0, -1, 10**9, "x"])
        return self.post(f"/v2/models/{self.model}/infer", head + raw, [f"Inference-Header-Content-Length: {length}"])

    def image(self):
        return self.post(self.path(), self.mutated(self.picture), self.r.choice([["Content-Type: image/png"], [], ["Content-Type: application/octet-stream"]]))

    def parameters(self):
        names = ["top_k", "model", "figure", "class", "layer", "head", "patch", "text", "labels", "template", "k", "normalize"]
        values = ["0", "-1", "99999999999", "x", self.model, "attention", "1,1", "9999,9999", "%ff", "%", "a,b", "{c}", "{}", "", self.r.choice(["é", "😀", "\x00"])]
        query = "&".join(urllib.parse.quote(self.r.choice(names)) + "=" + urllib.parse.quote(self.r.choice(values), safe="%,{}") for _ in range(self.r.randrange(5)))
        return self.post(self.path() + "?" + query, self.picture)

    def embeddings(self):
        image = "data:image/png;base64," + base64.b64encode(self.picture).decode()
        data = {"model": self.r.choice([self.model, 5, None, "x"]), "input": self.r.choice(["a dog", image, image[:-9], "data:", "data:,x", "http://127.0.0.1:1/", [], ["a", 1], [[1, 2]], ["a"] * 5000, "", "x " * 5000, self.value(), "\ud800"]),
                "encoding_format": self.r.choice(["float", "base64", "x", None, 1]), "dimensions": self.r.choice([None, 1, -1, "x"]), "normalize": self.value()}
        return self.post("/v1/embeddings", json.dumps(data).encode(), ["Content-Type: application/json"])

    def noise(self):
        return self.junk(3000)

    def next(self):
        kind = self.r.choice(self.kinds)
        return kind.__name__, kind()


def ask(host, port, data, seconds):
    """Returns the status; '' for a connection that was closed without an answer, 'time' for one that was still open."""
    with socket.create_connection((host, port), timeout=seconds) as s:
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # answered before all was sent
        answer = b""
        try:
            while len(answer) < 1 << 20:
                more = s.recv(65536)
                if not more:
                    break
                answer += more
        except TimeoutError:
            return "time", answer
        except OSError:
            pass
        if not answer:
            return "", b""
        found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        return (found[1].decode() if found else "no HTTP"), answer


def metric(url, name):
    with urllib.request.urlopen(url + "/metrics", timeout=60) as page:
        found = re.search(rb"^" + name.encode() + rb" (\S+)", page.read(), re.M)
    return float(found[1]) if found else float("nan")


def memory(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return " ".join(re.search(rf"^{k}:\s+(.*)$", status, re.M)[0].replace("\t", " ") for k in ("VmRSS", "VmHWM"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("-n", type=int, default=50_000, help="requests")
    parser.add_argument("-c", type=int, default=4, help="clients")
    parser.add_argument("-s", type=float, default=1e9, help="stop after this many seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pid", help="process of the server")
    args = parser.parse_args()
    url = urllib.parse.urlsplit(args.url)
    picture = open(args.picture, "rb").read()
    counts, bad, lock = collections.Counter(), [], threading.Lock()
    until = time.time() + args.s
    sent = [0]

    def work(number):
        maker = Maker(args.seed * 1000 + number, args.model, picture)
        for _ in range(args.n // args.c):
            if time.time() > until:
                return
            kind, data = maker.next()
            try:
                status, answer = ask(url.hostname, url.port or 80, data, 90)
            except OSError as e:
                status, answer = "refused", str(e).encode()
            with lock:
                counts[status] += 1
                sent[0] += 1
                trace = b"\tat " in answer or b"Exception" in answer
                if status in ("no HTTP", "time", "refused") or status.startswith("5") and status != "503" or trace:
                    bad.append((kind, status, data[:3000], answer[:300]))

    print("threads before:", metric(args.url, "jvm_threads_current"), memory(args.pid) if args.pid else "", flush=True)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(args.c)]
    warm = time.time()
    for t in threads:
        t.start()
    time.sleep(min(20, args.s / 4))
    middle = metric(args.url, "jvm_threads_current")
    for t in threads:
        t.join()
    print(f"{sent[0]} requests in {time.time() - warm:.0f} s:", dict(sorted(counts.items())))
    after = metric(args.url, "jvm_threads_current")
    print("threads under load:", middle, "after:", after, memory(args.pid) if args.pid else "")
    good = urllib.request.Request(args.url + f"/v1/predict?model={args.model}", data=picture, headers={"Content-Type": "image/png"})
    alive = urllib.request.urlopen(good, timeout=60).status == 200
    print("a good request is answered:", alive)
    for kind, status, data, answer in bad[:20]:
        print(f"BAD {kind} -> {status!r}\n  {data[:400]!r}\n  {answer!r}")
    sys.exit(1 if bad or not alive or after > middle + 8 else 0)


if __name__ == "__main__":
    main()

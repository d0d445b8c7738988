"""Exact search in a feature file: the peer of dev.vit4j.bench.SearchBench.

    python bench/peers/search.py FILE --make 1000000 512    # writes random vectors of length 1
    python bench/peers/search.py FILE                       # numpy: matrix product and argpartition; faiss if installed

The file is mapped, not read; threads are those of OPENBLAS_NUM_THREADS / OMP_NUM_THREADS.
"""

import argparse
import json
import struct
import time

import numpy as np


def make(path, count, dim, clusters, seed=0):
    """Streams vectors of length 1 to a safetensors file; with clusters around as many centers."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((clusters, dim), dtype=np.float32) if clusters else None
    header = json.dumps(
        {"features": {"dtype": "F32", "shape": [count, dim], "data_offsets": [0, 4 * count * dim]}}
    ).encode()
    header += b" " * (-len(header) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(header)) + header)
        for start in range(0, count, 50_000):
            n = min(50_000, count - start)
            rows = rng.standard_normal((n, dim), dtype=np.float32)
            if clusters:
                rows = centers[rng.integers(clusters, size=n)] + 0.7 * rows
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            out.write(rows.tobytes())


def mapped(path):
    with open(path, "rb") as f:
        length = struct.unpack("<Q", f.read(8))[0]
        shape = json.loads(f.read(length))["features"]["shape"]
    return np.memmap(path, np.float32, "r", 8 + length, tuple(shape))


def measure(name, search, queries):
    start = time.perf_counter()
    search(queries[0])
    first = time.perf_counter() - start
    times = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        times.append(1e3 * (time.perf_counter() - start))
    print(f"{name}: first query {first:.3f} s, median {np.median(times):.1f} ms, best {min(times):.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--make", nargs=2, type=int, metavar=("N", "D"))
    parser.add_argument("--clusters", type=int, default=0, help="with --make: clustered vectors")
    parser.add_argument("-k", type=int, default=10)
    args = parser.parse_args()
    if args.make:
        make(args.file, *args.make, args.clusters)
        return
    start = time.perf_counter()
    vectors = mapped(args.file)
    print(f"{vectors.shape[0]:,} x {vectors.shape[1]}: opened in {time.perf_counter() - start:.3f} s")
    queries = np.random.default_rng(1).standard_normal((20, vectors.shape[1]), dtype=np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)

    def by_numpy(query):
        scores = vectors @ query
        best = np.argpartition(scores, -args.k)[-args.k :]
        return best[np.argsort(-scores[best])]

    measure("numpy", by_numpy, queries)
    try:
        import faiss
    except ImportError:
        print("faiss is not installed")
        return
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    measure("faiss (in memory)", lambda query: index.search(query[None], args.k), queries)


main()

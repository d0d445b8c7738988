"""Exact search in a feature file: the peer of dev.vit4j.bench.SearchBench.

    python bench/peers/search.py FILE --make 1000000 512    # writes random vectors of length 1
    python bench/peers/search.py FILE                       # numpy: matrix product and argpartition; faiss if installed
    python bench/peers/search.py FILE --hnsw                # faiss: HNSW as the peer of IndexBench, one thread per query

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


def hnsw(vectors, k):
    import faiss

    rng = np.random.default_rng(1)
    vectors = np.ascontiguousarray(vectors)
    count, dim = vectors.shape
    noise = 0.5 / np.sqrt(dim) * rng.standard_normal((500, dim))
    queries = vectors[rng.integers(count, size=500)] + noise.astype(np.float32)
    exact = faiss.IndexFlatIP(dim)
    exact.add(vectors)
    nearest = exact.search(queries, k)[1]
    start = time.perf_counter()
    index = faiss.IndexHNSWFlat(dim, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.add(vectors)
    print(f"faiss HNSW: built in {time.perf_counter() - start:.1f} s on {faiss.omp_get_max_threads()} threads")
    faiss.omp_set_num_threads(1)
    for candidates in (16, 32, 64, 96, 128, 192, 256):
        index.hnsw.efSearch = candidates
        start = time.perf_counter()
        found = [index.search(query[None], k)[1][0] for query in queries]
        ms = 1e3 * (time.perf_counter() - start) / len(queries)
        recall = np.mean([len(set(a) & set(b)) / k for a, b in zip(found, nearest)])
        print(f"{candidates} candidates: recall@{k} {recall:.4f}, {ms:.2f} ms per query")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--make", nargs=2, type=int, metavar=("N", "D"))
    parser.add_argument("--clusters", type=int, default=0, help="with --make: clustered vectors")
    parser.add_argument("--hnsw", action="store_true", help="measure a graph instead of exact search")
    parser.add_argument("-k", type=int, default=10)
    args = parser.parse_args()
    if args.make:
        make(args.file, *args.make, args.clusters)
        return
    start = time.perf_counter()
    vectors = mapped(args.file)
    print(f"{vectors.shape[0]:,} x {vectors.shape[1]}: opened in {time.perf_counter() - start:.3f} s")
    if args.hnsw:
        hnsw(vectors, args.k)
        return
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

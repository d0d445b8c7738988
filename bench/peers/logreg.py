"""Logistic regression of vit4j and of scikit-learn on the same features: seconds, objective, predictions.

usage: logreg.py CLASSPATH FOLDER [--samples 50000] [--dim 512] [--classes 100] [--threads 2] [-C 0.316 9]
                 [--features raw unit] [--train FILE --test FILE] [--exact]
CLASSPATH is that of dev.vit4j.bench.ProbeBench. The features are made from a seed in FOLDER: class means and noise
with a power-law spectrum; 'raw' has norms of about 15, 'unit' vectors of length 1. Or give files of `vit embed`.
scikit-learn runs with its default tolerance, and with --exact again in float64 until the gradient is 1e-9.
"""
import argparse
import json
import os
import pathlib
import subprocess

p = argparse.ArgumentParser()
p.add_argument("classpath")
p.add_argument("folder", type=pathlib.Path)
p.add_argument("--samples", type=int, default=50_000)
p.add_argument("--dim", type=int, default=512)
p.add_argument("--classes", type=int, default=100)
p.add_argument("--threads", type=int, default=2)
p.add_argument("-C", nargs="+", type=float, default=[0.316, 9], dest="strengths")
p.add_argument("--features", nargs="+", default=["unit", "raw"])
p.add_argument("--train")
p.add_argument("--test")
p.add_argument("--exact", action="store_true")
a = p.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(a.threads)  # before numpy

import time

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression


def make(kind):
    r = np.random.default_rng(0)
    n, tests = a.samples, a.samples // 10
    rotation, _ = np.linalg.qr(r.standard_normal((a.dim, a.dim)))
    scale = (1 + np.arange(a.dim)) ** -0.6
    means = r.standard_normal((a.classes, a.dim)) * scale * 0.3
    y = r.integers(0, a.classes, n + tests)
    x = (r.standard_normal(a.dim) * 0.5 + means[y] + r.standard_normal((n + tests, a.dim)) * scale) @ rotation.T
    x = x / np.linalg.norm(x, axis=1, keepdims=True) if kind == "unit" else x
    x, y = x.astype(np.float32), y.astype(np.int64)
    for name, part in (("train", slice(0, n)), ("test", slice(n, None))):
        save_file({"features": x[part], "labels": y[part]}, a.folder / f"{kind}_{name}.safetensors")
    return str(a.folder / f"{kind}_train.safetensors"), str(a.folder / f"{kind}_test.safetensors")


def ours(train, test, c):
    command = ["java", "-cp", a.classpath, "dev.vit4j.bench.ProbeBench", train, test, str(c), str(a.threads), "2"]
    runs = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return json.loads(min(runs, key=lambda line: json.loads(line)["seconds"]))


def theirs(train, test, c, tol, dtype):
    x, y, t = train["features"].astype(dtype), train["labels"], test["features"].astype(dtype)
    start, cpu = time.perf_counter(), time.process_time()
    model = LogisticRegression(C=c, max_iter=10_000, tol=tol).fit(x, y)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    w = model.coef_.astype(np.float64)
    z = x.astype(np.float64) @ w.T + model.intercept_
    loss = (logsumexp(z, axis=1) - z[np.arange(len(y)), np.searchsorted(model.classes_, y)]).sum()
    return {"seconds": seconds, "cpu_seconds": cpu, "iterations": int(model.n_iter_[0]), "log_loss": loss / len(y),
            "objective": c * loss + (w**2).sum() / 2, "test_top1": 100 * model.score(t, test["labels"]), "predictions": model.predict(t)}


a.folder.mkdir(parents=True, exist_ok=True)
for kind in ["given"] if a.train else a.features:
    train, test = (a.train, a.test) if a.train else make(kind)
    files = load_file(train), load_file(test)
    for c in a.strengths:
        rows = {"vit4j": ours(train, test, c), "scikit-learn": theirs(*files, c, 1e-4, np.float32)}
        if a.exact:
            rows["scikit-learn, exact"] = theirs(*files, c, 1e-9, np.float64)
        mine = np.array(rows["vit4j"]["predictions"])
        print(f"{kind} {files[0]['features'].shape}, C = {c}, {a.threads} threads")
        for name, row in rows.items():
            same = (mine == row["predictions"]).mean()
            print(f"  {name:<20} {row['seconds']:7.2f} s {row['cpu_seconds']:7.2f} s cpu {row['iterations']:5d} iterations"
                  f"  objective {row['objective']:.9g}  log loss {row['log_loss']:.9g}"
                  f"  test {row['test_top1']:.2f} %  same predictions {100 * same:.2f} %", flush=True)

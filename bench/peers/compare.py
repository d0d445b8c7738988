"""`vit bench infer` beside PyTorch, ONNX Runtime and OpenVINO: all in turn, several rounds, the best of each as a table.

python bench/peers/compare.py [--models A,B] [--batches 1,8] [--dtypes f32,bf16,int8] [--threads 2] [--rounds 3]
Run it in the project's folder, on a machine that does nothing else.
"""

import argparse
import re
import subprocess
import sys
import tempfile

MODELS = "vit_tiny_patch16_224,vit_small_patch16_224,vit_base_patch16_224"
ENGINES = {
    "f32": ["vit4j", "torch", "ort", "openvino"],
    "bf16": ["vit4j", "torch", "openvino"],
    "int8": ["vit4j", "ort"],
}


def command(engine, model, batch, dtype, threads, runs, cache):
    """The command line that prints one timing."""
    shared = ["--model", model, "--threads", str(threads), "--runs", str(runs)]
    if engine == "vit4j":
        return ["./vit", "bench", "infer", *shared, "-b", str(batch), "--precision", dtype]
    script = ["bench/peers/infer.py", "--engine", engine, "--cache", cache]
    return [sys.executable, *script, *shared, "--batch", str(batch), "--dtype", dtype]


def best(words):
    """The best time in milliseconds that a command prints."""
    out = subprocess.run(words, capture_output=True, text=True)
    found = re.search(r"best ([0-9.]+) ms", out.stdout)
    if not found:
        sys.exit(f"{' '.join(words)}: {out.stdout}{out.stderr}")
    return float(found.group(1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--batches", default="1,8")
    parser.add_argument("--dtypes", default="f32,bf16,int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    a = parser.parse_args()
    cache = tempfile.mkdtemp()
    print("| model | batch | type | vit4j | PyTorch | ONNX Runtime | OpenVINO | fastest peer / vit4j |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for model in a.models.split(","):
        for batch in map(int, a.batches.split(",")):
            runs = 7 if "base" in model and batch > 1 else 21
            for dtype in a.dtypes.split(","):
                times = {}
                for _ in range(a.rounds):
                    for engine in ENGINES[dtype]:
                        words = command(engine, model, batch, dtype, a.threads, runs, cache)
                        times.setdefault(engine, []).append(best(words))
                cells = [f"{min(times[e]):.1f}" if e in times else "" for e in ENGINES["f32"]]
                peers = min(min(t) for e, t in times.items() if e != "vit4j")
                ratio = peers / min(times["vit4j"])
                print(f"| {model} | {batch} | {dtype} | {' | '.join(cells)} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()

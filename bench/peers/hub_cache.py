"""Proves that the cache of `vit fetch` is huggingface_hub's: each uses what the other has fetched.

usage: hub_cache.py [VIT]
Runs a Hub on this machine that serves one small timm model and one of transformers in shards. Needs
no network.
"""
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

COMMIT = "0123456789abcdef0123456789abcdef01234567"
VIT = sys.argv[1] if len(sys.argv) > 1 else str(pathlib.Path(__file__).resolve().parents[2] / "vit")


class Hub(http.server.BaseHTTPRequestHandler):
    """Answers as the Hub does: large files are elsewhere, ETags are checksums."""

    protocol_version = "HTTP/1.1"
    root = pathlib.Path()
    gets = []

    def log_message(self, *args):
        if self.command == "GET":
            Hub.gets.append(self.path)

    def do_HEAD(self):
        path = self.path.split("?")[0].lstrip("/")
        if path.startswith("cdn/"):
            return self.send(200, {}, (Hub.root / path[4:]).read_bytes())
        if path.startswith("api/models/"):
            return self.info(path[len("api/models/"):])
        model, _, rest = path.partition("/resolve/")
        file = Hub.root / model / rest.split("/", 1)[-1]
        if not file.is_file():
            return self.send(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, b"")
        data = file.read_bytes()
        if file.suffix == ".json":
            etag = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            return self.send(200, {"X-Repo-Commit": COMMIT, "ETag": f'"{etag}"'}, data)
        self.send(302, {
            "X-Repo-Commit": COMMIT,
            "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"',
            "X-Linked-Size": str(len(data)),
            "Location": f"http://localhost:{self.server.server_port}/cdn/{model}/{file.name}",  # another host, as the real one
        }, b"")

    do_GET = do_HEAD

    def info(self, path):
        model = path.split("/revision/")[0].split("/tree/")[0]
        names = sorted(p.name for p in (Hub.root / model).iterdir())
        files = [{"type": "file", "path": n, "oid": "0" * 40, "size": (Hub.root / model / n).stat().st_size} for n in names]
        info = {"id": model, "sha": COMMIT, "siblings": [{"rfilename": n} for n in names]}
        self.send(200, {"Content-Type": "application/json"}, json.dumps(files if "/tree/" in path else info).encode())

    def send(self, status, headers, data):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)


def models(root):
    import timm
    import transformers
    from timm.models._hub import save_for_hf

    net = timm.create_model("vit_tiny_patch16_224", img_size=32, depth=2, num_classes=3)
    save_for_hf(net, root / "timm/small", model_args={"img_size": 32, "depth": 2}, safe_serialization=True)
    (root / "timm/small/pytorch_model.bin").unlink(missing_ok=True)
    config = transformers.ViTConfig(
        hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=96, image_size=32, patch_size=8)
    transformers.ViTForImageClassification(config).save_pretrained(root / "google/shards", max_shard_size="100KB")
    transformers.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(root / "google/shards")


def python(code, **env):
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **env})


def vit(*args, **env):
    run = subprocess.run([VIT, *args, "--json", "--quiet"], check=True, env={**os.environ, **env}, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


READ = """
import os
from huggingface_hub import hf_hub_download, scan_cache_dir, try_to_load_from_cache
for model, weights in (("timm/small", "model.safetensors"), ("google/shards", "model.safetensors.index.json")):
    for name in ("config.json", weights):
        path = try_to_load_from_cache(model, name)
        assert isinstance(path, str) and os.path.isfile(path), (model, name, path)
        assert hf_hub_download(model, name) == path
missing = try_to_load_from_cache("timm/small", "preprocessor_config.json")
assert missing is not None and not isinstance(missing, str), missing
cache = scan_cache_dir()
assert not cache.warnings and {r.repo_id for r in cache.repos} == {"timm/small", "google/shards"}, cache
import timm, transformers
timm.create_model("hf-hub:timm/small", pretrained=True)
transformers.ViTForImageClassification.from_pretrained("google/shards")
transformers.AutoImageProcessor.from_pretrained("google/shards")
"""

WRITE = """
from huggingface_hub import hf_hub_download, snapshot_download
hf_hub_download("timm/small", "config.json")
hf_hub_download("timm/small", "model.safetensors")
snapshot_download("google/shards")
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        Hub.root = root / "hub"
        models(Hub.root)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        for links in ("0", "1"):
            env = {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_SYMLINKS": links}
            ours = {**env, "HF_HOME": str(root / f"ours{links}")}
            for model in ("timm/small", "google/shards"):
                assert all(f["status"] == "fetched" for f in vit("fetch", model, **ours)["files"])
            python(READ, **ours, HF_HUB_OFFLINE="1")
            print(f"huggingface_hub, timm and transformers use the cache of vit fetch (without links: {links})")

            theirs = {**env, "HF_HOME": str(root / f"theirs{links}")}
            python(WRITE, **theirs)
            for model, tensors in (("timm/small", 32), ("google/shards", 40)):
                found = vit("inspect", model, **theirs, HF_HUB_OFFLINE="1")["tensors"]
                assert len(found) == tensors, (model, len(found))
                Hub.gets.clear()
                files = vit("fetch", model, **theirs)["files"]
                assert all(f["status"] == "here" for f in files), files
                assert all(path.endswith("index.json") for path in Hub.gets), Hub.gets
            print(f"vit uses the cache of huggingface_hub and fetches nothing again (without links: {links})")


main()

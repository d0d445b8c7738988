"""Compares what clients of a running `vit serve` receive with `vit predict --json` and `vit embed` on the same files.

    ./vit serve --name digits=MODEL --name clip=CLIP --name seg=SEGMENTER
    python bench/peers/serve_clients.py http://127.0.0.1:8080 --classifier digits=MODEL \
        --clip clip=CLIP --segmenter seg=SEGMENTER --pictures data/cifar100/test_00.png photo.jpeg

VIT names another launcher. Sends 100 pictures: those given, and tiles of 32 x 32 pixels of the first one. tritonclient (JSON and binary), kserve
(JSON and binary), openai, huggingface_hub and our own paths. Prints the largest difference of each; ends with 1 if one is
above 1e-5. Packages: requirements-serve.txt.
"""
import argparse
import asyncio
import base64
import io
import json
import logging
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import requests
from PIL import Image

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
VIT = os.environ.get("VIT") or str(pathlib.Path(__file__).resolve().parents[2] / "vit")
LIMIT = 1e-5


def pictures(folder, sources, count=100, side=32):
    """Writes count files: the sources, and tiles of the first one as PNG and JPEG."""
    files = []
    for source in sources[1:]:
        file = folder / pathlib.Path(source).name
        file.write_bytes(pathlib.Path(source).read_bytes())
        files.append(file)
    sheet = Image.open(sources[0]).convert("RGB")
    across = sheet.width // side
    for i in range(count - len(files)):
        x, y = i % across * side, i // across * side
        tile = sheet.crop((x, y, x + side, y + side))
        file = folder / f"tile{i:03}.{'jpg' if i % 4 == 3 else 'png'}"
        tile.save(file, quality=95)
        files.append(file)
    return files


def vit(*arguments):
    done = subprocess.run([VIT, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"vit {arguments[0]} failed: {done.stderr[-500:]}")
    return done.stdout


class Expected:
    """What the command line says."""

    def __init__(self, folder, files):
        self.folder, self.files = folder, files

    def probabilities(self, model):
        rows = json.loads(vit("predict", model, *self.files, "--topk", 100000, "--json"))["results"]
        return [{p["label"]: p["probability"] for p in row["predictions"]} for row in rows]

    def embeddings(self, model):
        out = self.folder / "vectors.jsonl"
        out.unlink(missing_ok=True)
        vit("embed", model, *self.files, "-o", out)
        return np.array([json.loads(line)["features"] for line in out.read_text().splitlines()], dtype=np.float32)

    def texts(self, model, texts):
        out = self.folder / "texts.jsonl"
        out.unlink(missing_ok=True)
        vit("embed", model, *[w for t in texts for w in ("--text", t)], "-o", out)
        return np.array([json.loads(line)["features"] for line in out.read_text().splitlines()], dtype=np.float32)

    def zeroshot(self, model, labels):
        rows = json.loads(vit("zeroshot", model, *self.files, "--labels", ",".join(labels), "--topk", 100, "--json"))["results"]
        return [{p["label"]: p["probability"] for p in row["predictions"]} for row in rows]

    def masks(self, model):
        out = self.folder / "masks"
        vit("predict", model, *self.files, "--masks", out)
        return [np.array(Image.open(out / (f.stem + ".png"))) for f in self.files]


class Report:
    def __init__(self):
        self.failed = False

    def row(self, client, what, difference, count, unit=""):
        good = difference <= LIMIT
        self.failed |= not good
        print(f"{'ok  ' if good else 'FAIL'} {client:34} {what:34} {count:4} {difference:.2e}{unit}", flush=True)


def far(rows, expected):
    return max(abs(row[k] - e[k]) for row, e in zip(rows, expected, strict=True) for k in e)


def encoded(file):
    return base64.b64encode(file.read_bytes()).decode()


def triton(url, name, files, report, probabilities, vectors):
    import tritonclient.http as http
    client = http.InferenceServerClient(url.removeprefix("http://"))
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
    assert client.is_model_ready(name, "1") and client.get_server_metadata()["name"] == "vit4j"
    outputs = [o["name"] for o in client.get_model_metadata(name)["outputs"]]
    wanted = [(o, e) for o, e in (("probabilities", probabilities), ("embedding", vectors)) if o in outputs and e is not None]
    for binary in (False, True):
        found = {o: [] for o, _ in wanted}
        for at in range(0, len(files), 10):
            some = files[at:at + 10]
            image = http.InferInput("image", [len(some)], "BYTES")
            data = [f.read_bytes() if binary else encoded(f).encode() for f in some]
            image.set_data_from_numpy(np.array(data, dtype=object), binary_data=binary)
            result = client.infer(
                name, [image], request_id="7",
                outputs=[http.InferRequestedOutput(o, binary_data=binary) for o, _ in wanted])
            assert result.get_response()["id"] == "7"
            for o, _ in wanted:
                found[o] += list(result.as_numpy(o))
        for o, expected in wanted:
            report.row("tritonclient " + ("binary" if binary else "JSON"), f"{name} {o}", np.abs(np.array(found[o]) - expected).max(), len(files))
    all_of_them = client.infer(name, [image])
    assert all_of_them.as_numpy(outputs[0]) is not None
    client.close()


def triton_pixels(url, name, model, files, report, vectors):
    """Pixels that the client normalized itself, for files of the model's own size."""
    import tritonclient.http as http
    config = pathlib.Path(model) / "weights/best/config.json"
    if not config.exists():
        return
    config = json.loads(config.read_text())["pretrained_cfg"]
    mean, std = (np.array(config[k], dtype=np.float32).reshape(-1, 1, 1) for k in ("mean", "std"))
    fitting = [i for i, f in enumerate(files) if list(Image.open(f).size) == config["input_size"][:0:-1]]
    pixels = np.stack([(np.array(Image.open(files[i]).convert("RGB"), dtype=np.float32).transpose(2, 0, 1) / 255 - mean) / std for i in fitting])
    client = http.InferenceServerClient(url.removeprefix("http://"))
    for binary in (False, True):
        found = []
        for at in range(0, len(pixels), 10):
            some = pixels[at:at + 10]
            values = http.InferInput("pixel_values", list(some.shape), "FP32")
            values.set_data_from_numpy(some, binary_data=binary)
            found += list(client.infer(name, [values], outputs=[http.InferRequestedOutput("embedding", binary_data=binary)]).as_numpy("embedding"))
        report.row("tritonclient " + ("binary" if binary else "JSON"), f"{name} embedding of pixel_values", np.abs(np.array(found) - vectors[fitting]).max(), len(fitting))
    client.close()


async def kserve(url, name, files, report, probabilities):
    from kserve import InferInput, InferRequest
    from kserve.inference_client import InferenceRESTClient, RESTConfig
    from kserve.protocol.infer_type import RequestedOutput
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(url) and await client.is_server_ready(url) and await client.is_model_ready(url, name)
    for binary in (False, True):
        found = []
        for at in range(0, len(files), 10):
            some = files[at:at + 10]
            image = InferInput("image", [len(some)], "BYTES")
            data = [f.read_bytes() if binary else encoded(f).encode() for f in some]
            image.set_data_from_numpy(np.array(data, dtype=object), binary_data=binary)
            request = InferRequest(
                name, [image], request_id="8",
                request_outputs=[RequestedOutput("probabilities", parameters={"binary_data": binary})])
            answer = await client.infer(url, request, model_name=name)
            found += list(answer.outputs[0].as_numpy())
        report.row("kserve " + ("binary" if binary else "JSON"), f"{name} probabilities", np.abs(np.array(found) - probabilities).max(), len(files))
    await client.close()


def openai(url, name, files, report, vectors, texts, of_texts):
    from openai import NotFoundError, OpenAI
    client = OpenAI(base_url=url + "/v1", api_key="none")
    assert name in [m.id for m in client.models.list()] and client.models.retrieve(name).id == name
    try:
        client.models.retrieve("no such model")
        sys.exit("openai: a model that does not exist was found")
    except NotFoundError:
        pass
    for form in ("float", "base64"):
        found = []
        for at in range(0, len(files), 10):
            some = ["data:image/png;base64," + encoded(f) for f in files[at:at + 10]]
            found += [row.embedding for row in client.embeddings.create(model=name, input=some, encoding_format=form).data]
        found = [np.frombuffer(base64.b64decode(f), "<f4") if isinstance(f, str) else f for f in found]
        report.row(f"openai {form}", f"{name} embeddings of images", np.abs(np.array(found, dtype=np.float32) - vectors).max(), len(files))
    if texts:
        found = [row.embedding for row in client.embeddings.create(model=name, input=texts).data]
        report.row("openai", f"{name} embeddings of texts", np.abs(np.array(found, dtype=np.float32) - of_texts).max(), len(texts))


def hugging_face_classes(url, name, files, report, expected):
    from huggingface_hub import InferenceClient
    client = InferenceClient(model=f"{url}/models/{name}")
    raw = [{r.label: r.score for r in client.image_classification(f)} for f in files]
    report.row("huggingface_hub", f"{name} image_classification", max(abs(v - e[k]) for row, e in zip(raw, expected) for k, v in row.items()), len(files))
    rows = [{r.label: r.score for r in client.image_classification(f, top_k=100000)} for f in files]
    report.row("huggingface_hub, top_k", f"{name} image_classification", far(rows, expected), len(files))


def hugging_face_clip(url, name, files, report, labels, expected, texts, of_texts):
    from huggingface_hub import InferenceClient
    client = InferenceClient(model=f"{url}/models/{name}")
    rows = [{r.label: r.score for r in client.zero_shot_image_classification(f, candidate_labels=labels)} for f in files]
    report.row("huggingface_hub", f"{name} zero_shot_image_classification", far(rows, expected), len(files))
    found = np.concatenate([client.feature_extraction(t) for t in texts])
    report.row("huggingface_hub", f"{name} feature_extraction", np.abs(found - of_texts).max(), len(texts))


def hugging_face_masks(url, name, files, report, expected, classes):
    from huggingface_hub import InferenceClient
    client = InferenceClient(model=f"{url}/models/{name}")
    wrong = 0
    for file, mask in zip(files, expected, strict=True):
        for item in client.image_segmentation(file):
            wrong += np.count_nonzero((np.array(item.mask) == 255) != (mask == classes.index(item.label)))
    report.row("huggingface_hub", f"{name} image_segmentation", wrong, len(files), " pixels")


def own_masks(url, name, files, report, expected):
    wrong = 0
    for file, mask in zip(files, expected, strict=True):
        answer = requests.post(f"{url}/v1/segment?model={name}", data=file.read_bytes(), headers={"Accept": "image/png"}, timeout=60)
        wrong += np.count_nonzero(np.array(Image.open(io.BytesIO(answer.content))) != mask)
    report.row("ours", f"{name} /v1/segment", wrong, len(files), " pixels")


def own(url, name, files, report, expected):
    found = []
    for at in range(0, len(files), 10):
        parts = [("image", (f.name, f.read_bytes())) for f in files[at:at + 10]]
        answer = requests.post(f"{url}/v1/predict", files=parts, data={"model": name, "top_k": 100000}, timeout=60)
        found += [{p["label"]: p["probability"] for p in row["predictions"]} for row in answer.json()["results"]]
    report.row("ours", f"{name} /v1/predict", far(found, expected), len(files))
    rows = [requests.post(f"{url}/predictions/{name}?top_k=100000", data=f.read_bytes(), timeout=60).json() for f in files]
    report.row("TorchServe's path", f"{name} /predictions", far(rows, expected), len(files))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--classifier", action="append", default=[], metavar="NAME=MODEL")
    parser.add_argument("--clip", metavar="NAME=MODEL")
    parser.add_argument("--segmenter", metavar="NAME=MODEL")
    parser.add_argument("--pictures", nargs="+", required=True, help="first one: a sheet of tiles")
    args = parser.parse_args()
    url = args.url.rstrip("/")
    report = Report()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        files = pictures(folder, args.pictures)
        expected = Expected(folder, files)
        for pair in args.classifier:
            name, model = pair.split("=", 1)
            rows = expected.probabilities(model)
            metadata = requests.get(f"{url}/v1/models/{name}", timeout=60).json()
            vectors = expected.embeddings(model)
            labels = [p["label"] for p in sorted(
                json.loads(vit("predict", model, files[0], "--topk", 100000, "--json"))["results"][0]["predictions"],
                key=lambda p: p["index"])]
            assert len(labels) == metadata["classes"]
            table = np.array([[row[k] for k in labels] for row in rows], dtype=np.float32)
            triton(url, name, files, report, table, vectors)
            asyncio.run(kserve(url, name, files, report, table))
            hugging_face_classes(url, name, files, report, rows)
            openai(url, name, files, report, vectors, [], None)
            own(url, name, files, report, rows)
        if args.clip:
            name, model = args.clip.split("=", 1)
            vectors = expected.embeddings(model)
            texts = ["a photo of a dog", "apple", "two people on a street"]
            of_texts = expected.texts(model, texts)
            labels = ["dog", "apple", "house", "tree"]
            triton(url, name, files, report, None, vectors)
            triton_pixels(url, name, model, files, report, vectors)
            openai(url, name, files, report, vectors, texts, of_texts)
            hugging_face_clip(url, name, files, report, labels, expected.zeroshot(model, labels), texts, of_texts)
        if args.segmenter:
            name, model = args.segmenter.split("=", 1)
            masks = expected.masks(model)
            config = json.loads((pathlib.Path(model) / "weights/best/config.json").read_text())
            hugging_face_masks(url, name, files, report, masks, config["label_names"])
            own_masks(url, name, files, report, masks)
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()

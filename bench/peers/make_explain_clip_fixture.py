"""Makes golden maps of texts on pictures with open_clip, transformers and autograd.

usage: make_explain_clip_fixture.py FIXTURES
Reads the small models in FIXTURES/04-open-clip and FIXTURES/16-clip, and writes FIXTURES/explain/clip_NAME.safetensors
with the gradient of the logit of the first picture and the second text: relevance (Chefer et al. 2021) of the picture
[rows, columns] and of the text [tokens up to the one that is read], grad_cam of the ResNet, similarity (cosine).
"""
import json
import sys
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import load_file, save_file

PICTURE, TEXT = slice(0, 1), slice(1, 2)


class Watched(torch.nn.Module):
    """torch.nn.MultiheadAttention written out, which keeps its probabilities."""

    def __init__(self, attn, kept):
        super().__init__()
        self.attn, self.kept = attn, kept

    def forward(self, q, k, v, attn_mask=None, **_):
        a = self.attn
        weights, biases = a.in_proj_weight.chunk(3), a.in_proj_bias.chunk(3)
        q, k, v = (F.linear(x, w, b).unflatten(-1, (a.num_heads, -1)).transpose(1, 2)
                   for x, w, b in zip((q, k, v), weights, biases))
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        p = (scores if attn_mask is None else scores + attn_mask).softmax(-1)
        p.retain_grad()
        self.kept.append(p)
        return a.out_proj((p @ v).transpose(1, 2).flatten(2)), None


def watch(blocks):
    kept = []
    for block in blocks:
        block.attn = Watched(block.attn, kept)
    return kept


def helps(p):
    return (p.grad[0] * p[0]).clamp(min=0).mean(0)


def relevance(kept):
    n = kept[0].shape[-1]
    r = torch.eye(n)
    for p in kept:
        r = r + helps(p) @ r
    return r - torch.eye(n)


def save(out, name, tensors):
    save_file({k: v.detach().contiguous() for k, v in tensors.items()}, out / f"clip_{name}.safetensors")


def by_open_clip(fixtures, folder, name):
    config = json.loads((fixtures / folder / "open_clip_config.json").read_text())["model_cfg"]
    model = open_clip.model.CLIP(**config).eval()
    weights = fixtures / folder / "open_clip_model.safetensors"
    model.load_state_dict(load_file(weights))
    io = load_file(fixtures / folder / "io.safetensors")
    image, ids = io["image"][PICTURE], io["text"][TEXT]
    resnet = isinstance(config["vision_cfg"]["layers"], list)
    seen = [] if resnet else watch(model.visual.transformer.resblocks)
    words = watch(model.transformer.resblocks)
    maps = []
    if resnet:
        model.visual.layer4.register_forward_hook(lambda m, i, o: (o.retain_grad(), maps.append(o)) and None)
    a, b = model.encode_image(image, normalize=True), model.encode_text(ids, normalize=True)
    (model.logit_scale.exp() * a @ b.T).sum().backward()
    text = config["text_cfg"]
    read = int((ids[0] == text["eos_id"]).nonzero()[0]) if text.get("pool_type") == "eos" else int(ids[0].argmax())
    tensors = dict(similarity=(a @ b.T)[0], words=relevance(words)[read, : read + 1])
    if resnet:
        m, g = maps[0][0], maps[0].grad[0]
        tensors["grad_cam"] = F.relu((g.mean((1, 2))[:, None, None] * m).sum(0))
    else:
        side = model.visual.grid_size
        r = relevance(seen)
        row = r[1:].mean(0) if config["vision_cfg"].get("pool_type") == "avg" else r[0]
        tensors["relevance"] = row[1:].reshape(side)
    save(fixtures / "explain", name, tensors)


def siglip(fixtures):
    folder = fixtures / "16-clip/siglip"
    model = transformers.SiglipModel.from_pretrained(folder, attn_implementation="eager").eval()
    io = load_file(folder / "io.safetensors")
    image, ids = io["image"][PICTURE], io["text"][TEXT]
    kept = {"vision": [], "text": []}
    for tower, found in kept.items():
        for layer in getattr(model, f"{tower}_model").encoder.layers:
            layer.self_attn.register_forward_hook(
                lambda m, i, o, found=found: (o[1].retain_grad(), found.append(o[1])) and None)
    pooled = []
    head = model.vision_model.head
    head.attention.batch_first = True
    head.attention = Watched(head.attention, pooled)
    out = model(pixel_values=image, input_ids=ids)
    assert (out.logits_per_image - io["logits"][PICTURE, TEXT]).abs().max() < 1e-4
    out.logits_per_image.sum().backward()
    n = kept["vision"][0].shape[-1]
    r = helps(pooled[0]) @ (relevance(kept["vision"]) + torch.eye(n))
    similarity = (F.normalize(out.image_embeds, dim=-1) @ F.normalize(out.text_embeds, dim=-1).T)[0]
    save(fixtures / "explain", "siglip", dict(
        similarity=similarity, relevance=r[0].reshape(2, 2), words=relevance(kept["text"])[-1]))


def main():
    torch.set_num_threads(1)
    fixtures = Path(sys.argv[1])
    by_open_clip(fixtures, "04-open-clip/vit_gelu", "vit")
    by_open_clip(fixtures, "16-clip/options", "options")
    by_open_clip(fixtures, "16-clip/resnet", "resnet")
    siglip(fixtures)


if __name__ == "__main__":
    main()

"""Forward passes of the towers of an open_clip model, as `vit bench infer` and `vit bench text` time them.

python bench/peers/clip_towers.py --model ViT-B-32 --batch 8 --threads 2 [--text] [--tokens 16]
Random weights and inputs; three passes to warm up, then the timed ones. open_clip pads every text to the context length,
whatever its number of tokens.
"""

import argparse
import statistics

import open_clip
import torch
from infer import timed


def texts(model, batch, tokens):
    """Token ids: `tokens` of them, the last of which is the end token, and zeros."""
    vocabulary = model.vocab_size
    ids = torch.zeros(batch, model.context_length, dtype=torch.long)
    ids[:, : tokens - 1] = torch.randint(1, vocabulary - 1, (batch, tokens - 1))
    ids[:, tokens - 1] = vocabulary - 1
    return ids


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="ViT-B-32")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--tokens", type=int)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    model = open_clip.create_model(a.model, pretrained=None).eval()
    with torch.no_grad():
        if a.text:
            ids = texts(model, a.batch, a.tokens or model.context_length)
            run = lambda: model.encode_text(ids)
        else:
            size = model.visual.image_size
            height, width = size if isinstance(size, (tuple, list)) else (size, size)
            x = torch.randn(a.batch, 3, height, width)
            run = lambda: model.encode_image(x)
        times = timed(run, a.runs)
    median = statistics.median(times)
    kind = "text" if a.text else "image"
    print(
        f"open_clip {kind} {a.model} B={a.batch} f32 threads={a.threads}: median {median:.2f} ms, "
        f"best {min(times):.2f} ms, {a.batch * 1000 / median:.2f} per second"
    )


if __name__ == "__main__":
    main()

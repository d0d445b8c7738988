"""Makes the golden values of CLIP's rarer layouts with open_clip and transformers.

usage: make_clip_fixture.py FOLDER
Writes one small model with random weights per subfolder, as its library saves it, and `io.safetensors` with inputs,
features (not normalized) and logits:
resnet       open_clip's ModifiedResNet (RN50's layout), open_clip_model.safetensors
custom_text  open_clip's CustomTextCLIP (names of the text tower begin with text.), open_clip_pytorch_model.bin
options      open_clip with LayerScale, mean pooling, no norm before the blocks, eos pooling, another eps
old_hf       transformers' CLIPModel as pytorch_model.bin with position_ids, end token 2
siglip       transformers' SiglipModel
Everything is seeded and runs on one thread.
"""
import json
import sys
from pathlib import Path

import open_clip
import torch
import transformers
from safetensors.torch import save_file

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
TEXT = dict(context_length=12, vocab_size=120, width=16, heads=2, layers=2)
VIT = dict(image_size=32, layers=2, width=24, head_width=8, patch_size=16, mlp_ratio=2.0)
OPEN_CLIP = {
    "resnet": dict(
        embed_dim=12,
        quick_gelu=True,
        vision_cfg=dict(image_size=64, layers=[1, 2, 1, 1], width=2, head_width=16),
        text_cfg=TEXT,
    ),
    "custom_text": dict(embed_dim=12, custom_text=True, vision_cfg=VIT, text_cfg=TEXT),
    "options": dict(
        embed_dim=12,
        vision_cfg=dict(VIT, ls_init_value=0.1, pool_type="avg", no_ln_pre=True, norm_kwargs=dict(eps=1e-3)),
        text_cfg=dict(TEXT, ls_init_value=0.1, pool_type="eos", eos_id=7, no_causal_mask=True, norm_kwargs=dict(eps=1e-3)),
    ),
}


def randomise(model):
    """Every number counts: norms, biases and statistics too."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, t in model.state_dict().items():
            if not t.is_floating_point() or name in ("logit_scale", "logit_bias"):
                continue
            noise = torch.randn(t.shape, generator=generator)
            if name.endswith("running_var"):
                t.copy_(1 + 0.3 * noise.abs())
            elif t.dim() > 1 and "embed" not in name and "probe" not in name:
                t.copy_(noise * ((2 if t.dim() == 4 else 1) / t[0].numel()) ** 0.5)
            else:
                t.add_(0.1 * noise)
    return model.eval()


def ids(end, length, vocabulary):
    """Texts of several lengths; the last one fills the context."""
    generator = torch.Generator().manual_seed(7)
    ids = torch.zeros(3, length, dtype=torch.int64)
    for row, n in enumerate((3, 6, length)):
        ids[row, :n] = torch.randint(10, vocabulary - 2, (n,), generator=generator)
        ids[row, n - 1] = end
    return ids


def pixels(size):
    return torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(9))


def write(folder, image, text, image_features, text_features, logits):
    tensors = dict(image=image, text=text, image_features=image_features, text_features=text_features, logits=logits)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "io.safetensors")


def by_open_clip(folder, name, cfg):
    folder.mkdir(parents=True, exist_ok=True)
    words = {k: v for k, v in cfg.items() if k != "custom_text"}
    kind = open_clip.model.CustomTextCLIP if cfg.get("custom_text") else open_clip.model.CLIP
    model = randomise(kind(**words))
    state = model.state_dict()
    if name == "custom_text":
        torch.save(state, folder / "open_clip_pytorch_model.bin")
    else:
        save_file({k: v.contiguous() for k, v in state.items()}, folder / "open_clip_model.safetensors")
    preprocess = dict(mean=MEAN, std=STD, interpolation="bicubic", resize_mode="shortest")
    text = json.dumps(dict(model_cfg=cfg, preprocess_cfg=preprocess), indent=1)
    (folder / "open_clip_config.json").write_text(text + "\n")
    image = pixels(cfg["vision_cfg"]["image_size"])
    tokens = ids(7 if name == "options" else TEXT["vocab_size"] - 1, TEXT["context_length"], TEXT["vocab_size"])
    with torch.inference_mode():
        a, b = model.encode_image(image), model.encode_text(tokens)
        unit = [torch.nn.functional.normalize(t, dim=-1) for t in (a, b)]
        write(folder, image, tokens, a, b, model.logit_scale.exp() * unit[0] @ unit[1].T)


def by_transformers(folder, model, end, length, vocabulary, image_size):
    folder.mkdir(parents=True, exist_ok=True)
    randomise(model)
    image, tokens = pixels(image_size), ids(end, length, vocabulary)
    with torch.inference_mode():
        out = model(pixel_values=image, input_ids=tokens)
        features = [f(**{k: v}) for f, k, v in
                    ((model.get_image_features, "pixel_values", image), (model.get_text_features, "input_ids", tokens))]
        features = [getattr(f, "pooler_output", f) for f in features]
        write(folder, image, tokens, *features, out.logits_per_image)


def old_hf(folder):
    common = dict(num_hidden_layers=2, num_attention_heads=3, intermediate_size=36, layer_norm_eps=1e-5)
    config = transformers.CLIPConfig(
        text_config=dict(common, hidden_size=24, vocab_size=120, max_position_embeddings=12, bos_token_id=0,
                         pad_token_id=1, eos_token_id=2, hidden_act="quick_gelu"),
        vision_config=dict(common, hidden_size=24, image_size=32, patch_size=16, hidden_act="quick_gelu"),
        projection_dim=12,
    )
    model = transformers.CLIPModel(config)
    by_transformers(folder, model, 119, 12, 120, 32)
    config.save_pretrained(folder)
    state = model.state_dict()
    for tower, count in (("text_model", 12), ("vision_model", 5)):  # as transformers before 4.31
        state[f"{tower}.embeddings.position_ids"] = torch.arange(count)[None]
    torch.save(state, folder / "pytorch_model.bin")


def siglip(folder):
    common = dict(num_hidden_layers=2, num_attention_heads=3, intermediate_size=36)
    config = transformers.SiglipConfig(
        text_config=dict(common, hidden_size=24, vocab_size=120, max_position_embeddings=12),
        vision_config=dict(common, hidden_size=24, image_size=32, patch_size=16),
    )
    model = transformers.SiglipModel(config)
    with torch.no_grad():
        model.logit_scale.fill_(1.5)
        model.logit_bias.fill_(-3.25)
    by_transformers(folder, model, 1, 12, 120, 32)
    model.save_pretrained(folder)
    transformers.SiglipImageProcessorPil(size=dict(height=32, width=32)).save_pretrained(folder)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    out = Path(sys.argv[1])
    for name, cfg in OPEN_CLIP.items():
        by_open_clip(out / name, name, cfg)
    old_hf(out / "old_hf")
    siglip(out / "siglip")


if __name__ == "__main__":
    main()

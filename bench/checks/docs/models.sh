# shellcheck shell=bash disable=SC2154
# Sourced by docs.sh: small models of every kind that the pages name, in the current folder; those of the Hub in the folder hub
# beside it, those of torch.hub in its cache.
digits=$models/runs/classification/mnist-sample1
tiny=$models/runs/classification/tiny1
resnet32=$models/cifar100_resnet32-84213ce6.pt
clip=$models/runs/contrastive/clip1
# The arguments of a CLIP that is trained in a second.
small_clip="--model clip --set 'model_args={img_size: 32, embed_dim: 32, vision_patch_size: 8, vision_width: 32, vision_layers: 2, vision_head_width: 16, text_width: 32, text_heads: 2, text_layers: 1}'"

"$root/vit" train folder --data "$data/food" --model vit_tiny_patch16_224 --img-size 32 --epochs 1 --name tiny
mkdir -p "$work/hub/timm" "$work/hub/google" "$TORCH_HOME/hub/checkpoints"
wait_for=()
"$root/vit" export "$tiny" --format hf -o "$work/hub/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k" &
wait_for+=($!)
"$root/vit" export "$tiny" --format hf --names transformers -o "$work/hub/google/vit-base-patch16-224" &
wait_for+=($!)
"$root/vit" export "$tiny" --format pth --names torchvision -o "$TORCH_HOME/hub/checkpoints/vit_b_16-c867db91.pth" &
wait_for+=($!)
eval "$root/vit" train folder-clip --data "$data/food" "$small_clip" --epochs 1 --name clip &
wait_for+=($!)
"$root/vit" train mnist-sample --epochs 1 &
wait_for+=($!)
"$root/vit" train cifar100-resnet32 --data "$data/cifar100" --epochs 1 --name resnet32-
"$root/vit" export runs/classification/resnet32-1 --format pth -o "$resnet32"
for pid in "${wait_for[@]}"; do wait "$pid"; done

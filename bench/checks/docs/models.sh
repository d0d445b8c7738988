# Small models of every kind that the pages name, in the current folder; and the Hub's models in the folder hub beside it.
digits=$models/runs/classification/mnist-sample1
clip=$models/runs/contrastive/clip1
# The arguments of a CLIP that is small enough to be trained in a second.
small_clip='{img_size: 32, embed_dim: 32, vision_patch_size: 8, vision_width: 32, vision_layers: 2, vision_head_width: 16, text_width: 32, text_heads: 2, text_layers: 1}'

"$root/vit" train --epochs 1 &
"$root/vit" train folder --data "$data/food" --model vit_tiny_patch16_224 --img-size 32 --epochs 1 --name tiny
"$root/vit" train folder-clip --data "$data/food" --model clip --set "model_args=$small_clip" --epochs 1 --name clip
wait %1

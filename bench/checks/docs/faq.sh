# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$data/photos" "$data/captions.jsonl" "$data/food" .
ln -s "$data/food" DIR
ln -s "$tiny" RUN
ln -s "$work/hub/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k" BASE
mkdir -p cache/datasets
ln -s "$data/cifar100" cache/datasets

before() {
  case $1 in *pixels.safetensors*) ./vit trace "$tiny" docs/pictures/seven.png --save pixels.safetensors ;; esac
  case $1 in
    *zeroshot* | *clip*) ln -sfn "$clip" MODEL ;;
    *) ln -sfn "$tiny" MODEL ;;
  esac
}

appended() {
  case $1 in
    *"train folder-clip"*) echo "--epochs 1 $small_clip" ;;
    *--warmup-epochs*) echo "--epochs 6 --model resnet20_cifar --img-size 32" ;;
    *"--img-size 384"*) echo "--epochs 1 --img-size 64" ;;
    *--resume*) ;;
    "./vit train "*) echo "--epochs 1" ;;
  esac
}

before_java() {
  ln -s "$tiny" model
  ln -s "$data/pizza.jpg" photo.jpg
}

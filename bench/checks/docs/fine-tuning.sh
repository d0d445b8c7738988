# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$data/food" DIR
ln -s "$tiny" MODEL
ln -s "$TORCH_HOME/hub/checkpoints/vit_b_16-c867db91.pth" .
ln -s "$shared/data/photos/04-pizza-dad.jpeg" photo.jpg
mkdir -p runs/classification
cp -r "$digits" runs/classification

./vit train cifar100-cct --data "$data/cifar100" --epochs 1

appended() {
  case $1 in
    "./vit train "*vit_base* | *torchvision* | *--sweep\ lr*) echo "--epochs 1 --model vit_tiny_patch16_224 --img-size 32" ;;
    "./vit train "*) echo "--epochs 1" ;;
  esac
}

before_java() { ln -s "$data/food" pets; }

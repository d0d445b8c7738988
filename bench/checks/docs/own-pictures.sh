# shellcheck shell=bash disable=SC2154
ln -s "$data/food" pets
ln -s "$data/food" DIR
ln -s "$data/photos" .
ln -s "$data/pizza.jpg" cat.jpg

appended() {
  case $1 in
    *pizza-steak-sushi*) echo "--epochs 1" ;;
    "./vit train "*) echo "--epochs 1 --model resnet20_cifar --img-size 32" ;;
  esac
}

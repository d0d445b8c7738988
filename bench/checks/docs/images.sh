# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$resnet32" .
ln -s "$shared/data/photos/04-pizza-dad.jpeg" photo.jpg
ln -s "$data/pizza.jpg" cat.jpg
ln -s "$data/sushi.jpg" flower.jpg
mkdir -p cache/datasets
ln -s "$data/cifar100" cache/datasets

values='Tensor patches = Tensor.full(0.5, Device.CPU, 49, 3, 32, 32);'

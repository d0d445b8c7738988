# shellcheck shell=bash disable=SC2034,SC2154
mkdir -p cache/datasets
ln -s "$data/mnist" cache/datasets

before() {
  case $1 in
    *mnist-spikformer*) ln -sfn "$data/mnist" DIR ;;
    *cifar100-spikformer*) ln -sfn "$data/cifar100" DIR ;;
    *cifar10-spikformer*) ln -sfn "$data/cifar10" DIR ;;
  esac
  ln -sfn runs/classification/mnist-spikformer1 RUN
}

appended() {
  case $1 in
    *cifar10-spikformer*) echo "--epochs 1 --set 'model_args={embed_dim: 48, depth: 1, num_heads: 4}'" ;;
    "./vit train "*) echo "--epochs 1" ;;
  esac
}

values='Tensor tokens = Tensor.full(0.5, Device.CPU, 1, 16, 256);'

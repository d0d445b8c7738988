# shellcheck shell=bash disable=SC2034,SC2154

values='Tensor vocabulary = Tensor.full(0.5, Device.CPU, 100, 256);
Tensor ids = Tensor.of(new long[] {1, 2, 3}, 1, 3);'

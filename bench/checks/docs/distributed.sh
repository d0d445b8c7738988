# shellcheck shell=bash disable=SC2154
ln -s "$data/cifar10" DIR

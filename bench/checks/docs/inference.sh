# shellcheck shell=bash disable=SC2154
ln -s "$tiny" RUN
ln -s "$data/food" DIR

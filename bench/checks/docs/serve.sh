# shellcheck shell=bash disable=SC2154
mkdir -p runs/classification
cp -r "$digits" runs/classification
ln -s "$clip" CLIP_FOLDER

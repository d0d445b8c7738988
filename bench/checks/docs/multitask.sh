# shellcheck shell=bash disable=SC2154
ln -s "$data/CAMVID.zip" .
ln -s "$data/street.jpg" PHOTO.png
before() { ln -sfn runs/multitask/camvid-multitask1 RUN; }

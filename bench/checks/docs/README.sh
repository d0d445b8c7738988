# shellcheck shell=bash disable=SC2154
ln -s "$data/CAMVID.zip" "$data/street.jpg" "$data/photos" .
ln -s "$clip" MODEL

# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$data/CAMVID.zip" "$data/street.jpg" "$data/photos" .
ln -s "$clip" MODEL
ln -s docs/pictures/seven.png .

# shellcheck shell=bash disable=SC2154
ln -s "$shared/data/photos/04-pizza-dad.jpeg" photo.jpg

# shellcheck shell=bash disable=SC2154
ln -s "$data/street.jpg" room.jpg
mkdir nyu
ln -s "$root/core/src/test/resources/fixtures/18-mat/nyu.mat" nyu/nyu_depth_v2_labeled.mat
./vit train nyu-depth --data nyu --epochs 1

before() {
  case $1 in
    *runs/depth*) ln -sfn nyu DIR ;;
    *) ln -sfn "$data/context" DIR ;;
  esac
}

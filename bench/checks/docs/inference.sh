# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$tiny" RUN
ln -s "$data/food" DIR

before_java() {
  mkdir -p runs/classification
  cp -r "$digits" runs/classification
  ln -s "$data/pizza.jpg" a.jpg
  ln -s "$data/sushi.jpg" b.jpg
}

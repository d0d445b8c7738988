# shellcheck shell=bash disable=SC2034,SC2154
mkdir -p runs/classification
cp -r "$digits" runs/classification
before() {
  # Vectors that the index does not have yet
  case $1 in *more.safetensors*) ./vit embed runs/classification/mnist-sample1 docs/pictures/seven.png docs/pictures/spikes.png -o more.safetensors ;; esac
}

values='float[] vector;
try (FeatureIndex digits = FeatureIndex.open(Path.of("digits.safetensors"), 1)) {
  vector = digits.vector(0);
}'
before_java() { rm -r digits.index; }

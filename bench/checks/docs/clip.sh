# shellcheck shell=bash disable=SC2034,SC2154
ln -s "$data/photos" "$data/few_shot" "$data/captions.jsonl" "$data/food" .
ln -s "$shared/data/photos/04-pizza-dad.jpeg" photo.jpg
ln -s "$clip" MODEL
printf '%s\n' pizza steak sushi >names.txt
mkdir -p cache/datasets
ln -s "$data/mnist" "$data/cifar100" cache/datasets

before() {
  case $1 in *--matrix*) ln -sfn "$data/food/test/pizza" photos ;; *) ln -sfn "$data/photos" photos ;; esac # up to 64 images
  case $1 in
    *mnist-clip*) ln -sfn "$data/mnist" DIR ;;
    *cifar100-clip*) ln -sfn "$data/cifar100" DIR ;;
    *folder-clip*) ln -sfn "$data/food" DIR ;;
  esac
}

appended() {
  case $1 in
    *"train folder-clip"*) echo "--epochs 1 $small_clip" ;;
    *cifar100-clip*) echo "--epochs 2 -b 16" ;;
    "./vit train "*) echo "--epochs 1" ;;
  esac
}

values='Path model = Path.of("MODEL");
Path clip = model;
Features train = Features.read(Path.of("train.safetensors"));'
before_java() { rm -r digits; }

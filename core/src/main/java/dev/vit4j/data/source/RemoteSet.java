package dev.vit4j.data.source;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A data set published on the web: the facts about it.
 *
 * @param name what users call it
 * @param folder torchvision's name of its folder
 * @param classes names of the labels 0, 1, …
 * @param mirrors folders on the web, tried in turn
 * @param mirrorVariable the environment variable that replaces the mirrors
 * @param files all that belong to it; of MNIST-like sets images and labels to train on, then to
 *     test
 */
record RemoteSet(
    String name,
    String folder,
    List<String> classes,
    List<URI> mirrors,
    String mirrorVariable,
    List<RemoteFile> files) {
  /**
   * One published file.
   *
   * @param name of the gzipped file or archive
   * @param bytes its exact size
   * @param md5 its published checksum, hexadecimal
   */
  record RemoteFile(String name, int bytes, String md5) {}

  private static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte.gz",
          "train-labels-idx1-ubyte.gz",
          "t10k-images-idx3-ubyte.gz",
          "t10k-labels-idx1-ubyte.gz");

  /** Handwritten digits (LeCun, Cortes and Burges). */
  static final RemoteSet MNIST =
      new RemoteSet(
          "mnist",
          "MNIST",
          IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
          List.of(
              URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
              URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/")),
          "VIT4J_MNIST_MIRROR",
          List.of(
              new RemoteFile(NAMES.get(0), 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
              new RemoteFile(NAMES.get(1), 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
              new RemoteFile(NAMES.get(2), 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
              new RemoteFile(NAMES.get(3), 4_542, "ec29112dd5afa0611ce80d1b7f02629c")));

  /** Images of clothes (Xiao, Rasul and Vollgraf 2017). */
  static final RemoteSet FASHION_MNIST =
      new RemoteSet(
          "fashion-mnist",
          "FashionMNIST",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"),
          List.of(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
          "VIT4J_FASHION_MNIST_MIRROR",
          List.of(
              new RemoteFile(NAMES.get(0), 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
              new RemoteFile(NAMES.get(1), 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
              new RemoteFile(NAMES.get(2), 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
              new RemoteFile(NAMES.get(3), 5_148, "bb300cfdad3c16e7a12a480ee83cd310")));

  private static final List<URI> TORONTO = List.of(URI.create("https://www.cs.toronto.edu/~kriz/"));

  /** Ten kinds of things in 32 x 32 pixels (Krizhevsky 2009). */
  static final RemoteSet CIFAR10 =
      new RemoteSet(
          "cifar10",
          "cifar-10-batches-bin",
          List.of(
              "airplane",
              "automobile",
              "bird",
              "cat",
              "deer",
              "dog",
              "frog",
              "horse",
              "ship",
              "truck"),
          TORONTO,
          "VIT4J_CIFAR_MIRROR",
          List.of(
              new RemoteFile(
                  "cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530")));

  /** A hundred kinds of things in 32 x 32 pixels (Krizhevsky 2009). */
  static final RemoteSet CIFAR100 =
      new RemoteSet(
          "cifar100",
          "cifar-100-binary",
          ClassLists.read("cifar100-fine.txt"),
          TORONTO,
          "VIT4J_CIFAR_MIRROR",
          List.of(
              new RemoteFile(
                  "cifar-100-binary.tar.gz", 168_513_733, "03b5dce01913d631647c71ecec9e9cb8")));

  /** The same images by their 20 kinds of kinds. */
  static final RemoteSet CIFAR100_COARSE =
      new RemoteSet(
          "cifar100-coarse",
          CIFAR100.folder(),
          ClassLists.read("cifar100-coarse.txt"),
          TORONTO,
          CIFAR100.mirrorVariable(),
          CIFAR100.files());

  static final List<RemoteSet> ALL =
      List.of(MNIST, FASHION_MNIST, CIFAR10, CIFAR100, CIFAR100_COARSE);

  /** The files' names as a list in words. */
  String fileNames() {
    List<String> names = files.stream().map(RemoteFile::name).toList();
    int last = names.size() - 1;
    if (last == 0) {
      return names.get(0);
    }
    return String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }
}

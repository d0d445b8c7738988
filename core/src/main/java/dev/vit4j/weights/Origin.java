package dev.vit4j.weights;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import java.util.Collections;
import java.util.List;

/** What a library does unless a configuration says otherwise: eps, resizing, preprocess. */
enum Origin {
  TIMM(1e-6, GridResize.BICUBIC_ANTIALIAS, "as timm: bicubic, antialias"),
  /** torchvision's names on a ResNet of three stages for small pictures. */
  CHENYAOFO(1e-6, GridResize.BICUBIC_CORNERS, ""),
  TORCHVISION(1e-6, GridResize.BICUBIC_CORNERS, "as torchvision: bicubic, aligned corners"),
  HUGGING_FACE(1e-12, GridResize.BICUBIC, "as Hugging Face: bicubic"),
  JAX(1e-6, GridResize.BILINEAR, "as timm of .npz: bilinear");

  private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
  private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
  // chenyaofo's, for pictures of 10 and of 100 classes.
  private static final List<Double> CIFAR10_MEAN = List.of(0.4914, 0.4822, 0.4465);
  private static final List<Double> CIFAR10_STD = List.of(0.2023, 0.1994, 0.2010);
  private static final List<Double> CIFAR100_MEAN = List.of(0.5070, 0.4865, 0.4409);
  private static final List<Double> CIFAR100_STD = List.of(0.2673, 0.2564, 0.2761);

  private static final int RGB = 3;
  private static final int SMALL = 32; // pixels, as CIFAR's: such pictures are seen whole
  private static final double TORCHVISION_CROP = 0.875; // 224 of 256
  private static final double VIT_CROP = 0.9;

  private final double normEps;
  private final GridResize resize;
  private final String resizeWords;

  Origin(double normEps, GridResize resize, String resizeWords) {
    this.normEps = normEps;
    this.resize = resize;
    this.resizeWords = resizeWords;
  }

  /** The eps of the norms of its ViTs. */
  double normEps() {
    return normEps;
  }

  /** How its loader brings position embeddings to another grid. */
  GridResize resize() {
    return resize;
  }

  String resizeWords() {
    return resizeWords;
  }

  /** How it prepares pictures for its own pretrained models. */
  Preprocess preprocess(Model model) {
    int channels = model.channels();
    if (this == CHENYAOFO && channels == RGB) {
      boolean ten = model.numClasses() <= 10;
      return new Preprocess(
          channels,
          model.height(),
          model.width(),
          "bilinear",
          1.0,
          "squash",
          ten ? CIFAR10_MEAN : CIFAR100_MEAN,
          ten ? CIFAR10_STD : CIFAR100_STD,
          "none");
    }
    boolean small = Math.max(model.height(), model.width()) <= SMALL;
    boolean imagenet = channels == RGB && (this == TORCHVISION || isDeit(model));
    List<Double> half = Collections.nCopies(channels, 0.5);
    double crop = this == TORCHVISION ? TORCHVISION_CROP : VIT_CROP;
    boolean whole = small || this == HUGGING_FACE;
    boolean bilinear = this == TORCHVISION || this == HUGGING_FACE;
    return new Preprocess(
        channels,
        model.height(),
        model.width(),
        bilinear ? "bilinear" : "bicubic",
        whole ? 1.0 : crop,
        whole ? "squash" : "center",
        imagenet ? IMAGENET_MEAN : half,
        imagenet ? IMAGENET_STD : half,
        "none");
  }

  private static boolean isDeit(Model model) {
    return Boolean.TRUE.equals(model.args().get("distilled"));
  }
}

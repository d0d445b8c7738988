package dev.vit4j.model;

import java.util.Collections;
import java.util.List;

/** A library and its defaults: eps, position resizing, preprocessing. */
public enum Origin {
  TIMM(1e-6, GridResize.BICUBIC_ANTIALIAS, "as timm: bicubic, antialias"),
  TORCHVISION(1e-6, GridResize.BICUBIC_CORNERS, "as torchvision: bicubic, aligned corners"),
  HUGGING_FACE(1e-12, GridResize.BICUBIC, "as Hugging Face: bicubic"),
  JAX(1e-6, GridResize.BILINEAR, "as timm of .npz: bilinear"),
  OPEN_CLIP(1e-5, GridResize.BICUBIC_ANTIALIAS, "as open_clip: bicubic, antialias");

  /** ImageNet's mean, for pixels from 0 to 1. */
  public static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);

  /** ImageNet's standard deviation, for pixels from 0 to 1. */
  public static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

  /** CLIP's mean, for pixels from 0 to 1. */
  public static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

  /** CLIP's standard deviation, for pixels from 0 to 1. */
  public static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

  private static final int RGB = 3;
  private static final int SMALL = 32; // pixels, as CIFAR's: such images are not cropped
  private static final double TORCHVISION_CROP = 0.875; // 224 of 256
  private static final double USUAL_CROP = 0.9;

  private final double normEps;
  private final GridResize resize;
  private final String resizeWords;

  Origin(double normEps, GridResize resize, String resizeWords) {
    this.normEps = normEps;
    this.resize = resize;
    this.resizeWords = resizeWords;
  }

  /** Default eps of the norms in its transformers. */
  public double normEps() {
    return normEps;
  }

  /** How its loader resizes position embeddings. */
  public GridResize resize() {
    return resize;
  }

  /** Description of {@link #resize}. */
  public String resizeWords() {
    return resizeWords;
  }

  /** Preprocessing of most of its pretrained models. */
  public ImageDefaults images(Model model) {
    int channels = model.channels();
    boolean small = Math.max(model.height(), model.width()) <= SMALL;
    boolean imagenet = channels == RGB && this == TORCHVISION;
    List<Double> half = Collections.nCopies(channels, 0.5);
    double crop = this == TORCHVISION ? TORCHVISION_CROP : USUAL_CROP;
    boolean whole = small || this == HUGGING_FACE;
    boolean bilinear = this == TORCHVISION || this == HUGGING_FACE;
    return new ImageDefaults(
        bilinear ? "bilinear" : "bicubic",
        whole ? 1.0 : crop,
        whole ? "squash" : "center",
        imagenet ? IMAGENET_MEAN : half,
        imagenet ? IMAGENET_STD : half);
  }
}

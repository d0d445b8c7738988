package dev.vit4j.cli;

import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.image.Image;
import dev.vit4j.input.Preprocess;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import dev.vit4j.view.ImageGrid;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws tensors of a file as images. */
final class TensorPictures {
  private static final int MOST = 1024; // images in a grid
  private static final int MOST_VALUES = 50_000_000;
  private static final int RGB = 3;

  private final @Nullable Preprocess preprocess;

  /**
   * @param preprocess name of the normalization to undo; null to scale each tensor from its
   *     smallest to its largest value
   */
  TensorPictures(@Nullable String preprocess) {
    this.preprocess = preprocess == null ? null : Preprocess.named(preprocess);
  }

  /**
   * Draws one tensor [..., C, h, w] with 1 or 3 channels: one image as it is, several as a grid.
   *
   * @throws IllegalArgumentException if the tensor does not contain images
   */
  BufferedImage draw(TensorFile file, TensorInfo info) throws IOException {
    long[] shape = info.shape();
    int dims = shape.length;
    long values = info.count();
    long channels = dims < RGB ? 0 : shape[dims - 3];
    if ((channels != 1 && channels != RGB) || values == 0 || values > MOST_VALUES) {
      throw new IllegalArgumentException(
          "%s cannot be drawn: images are [C, h, w], [B, C, h, w] or [B, N, C, h, w] with 1 or 3 channels, up to %,d values"
              .formatted(info, MOST_VALUES));
    }
    List<Image> images = images(file, info, channels);
    if (images.size() == 1) {
      return images.get(0).toBufferedImage();
    }
    if (images.size() > MOST) {
      throw new IllegalArgumentException(
          "%s contains %,d images: at most %,d can be drawn".formatted(info, images.size(), MOST));
    }
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (Image image : images) {
      tiles.add(ImageGrid.Tile.of(image.toBufferedImage(), Integer.toString(tiles.size())));
    }
    int columns = (int) Math.ceil(Math.sqrt(images.size()));
    return ImageGrid.draw(info.name(), tiles, columns);
  }

  private List<Image> images(TensorFile file, TensorInfo info, long channels) throws IOException {
    long[] shape = info.shape();
    long h = shape[shape.length - 2];
    long w = shape[shape.length - 1];
    try (Tensor stored = Tensor.of(file.data(info.name()), info.dtype(), shape);
        Tensor x = stored.to(DType.F32).reshape(-1, channels, h, w)) {
      if (!x.allFinite()) {
        throw new IllegalArgumentException(
            "%s cannot be drawn: it has values that are not finite".formatted(info));
      }
      Preprocess p = preprocess == null ? range(x, (int) channels) : preprocess;
      return p.images(x);
    }
  }

  /** The normalization that maps the values of a tensor to those from 0 to 1. */
  private static Preprocess range(Tensor x, int channels) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float value : x.toFloats()) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most > least ? most - least : 1;
    return new Preprocess(
        channels,
        1,
        1,
        "bilinear",
        1,
        "squash",
        Collections.nCopies(channels, -least / range),
        Collections.nCopies(channels, 1 / range),
        "none");
  }
}

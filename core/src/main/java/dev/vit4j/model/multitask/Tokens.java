package dev.vit4j.model.multitask;

import dev.vit4j.model.FeatureMaps;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.ImageOps;
import dev.vit4j.tensor.Tensor;

/**
 * Maps images to a token per patch by a backbone.
 *
 * @param backbone a model with {@link FeatureMaps}
 */
record Tokens(MultitaskConfig config, Model backbone) {
  /**
   * Checks that the backbone's feature map can be divided among the patches.
   *
   * @throws IllegalArgumentException if it cannot
   */
  Tokens {
    FeatureMaps maps = backbone.as(FeatureMaps.class);
    int[] stride = maps.mapStride();
    int cells = config.isPatchwise() ? config.poolSize() : 1; // of a patch, in each direction
    int side = config.patchSize();
    if (stride[0] != stride[1] || side % (stride[0] * cells) != 0) {
      throw new IllegalArgumentException(
          "%s has a feature map with a cell per %d x %d pixels: a patch of %d x %d pixels cannot be pooled to %d x %d cells"
              .formatted(backbone.name(), stride[0], stride[1], side, side, cells, cells));
    }
  }

  /** Length of a token. */
  int dim() {
    int channels = backbone.as(FeatureMaps.class).mapChannels();
    return config.isPatchwise() ? channels * config.poolSize() * config.poolSize() : channels;
  }

  /** Cells of the feature map along a side of a patch. */
  int cells() {
    return config.patchSize() / backbone.as(FeatureMaps.class).mapStride()[0];
  }

  /** [B, C, H, W] to [B, P, D]. */
  Tensor of(Tensor x) {
    return config.isPatchwise() ? ofPatches(x) : ofImage(x);
  }

  private Tensor ofPatches(Tensor x) {
    int side = config.patchSize();
    long b = x.size(0);
    Tensor patches = ImageOps.patchify(x, side, side).flatten(0, 1); // [B P, C, p, p]
    Tensor map = pooled(backbone.as(FeatureMaps.class).featureMap(patches), config.poolSize());
    return map.reshape(b, map.size(0) / b, dim()); // [B, P, D], channel by channel
  }

  private Tensor ofImage(Tensor x) {
    long rows = x.size(2) / config.patchSize();
    Tensor map =
        pooled(backbone.as(FeatureMaps.class).featureMap(x), rows); // [B, D, rows, columns]
    return map.flatten(2, 3).transpose(1, 2);
  }

  /** Averages a feature map so that it has this number of rows. */
  private static Tensor pooled(Tensor map, long rows) {
    long size = map.size(2) / rows;
    return size == 1 ? map : ImageOps.avgPool2d(map, size);
  }
}

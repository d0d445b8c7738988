package dev.vit4j.task.contrastive;

import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Losses of a batch of images and texts, where image i and text i belong together. Samples of one
 * group, such as a class, are positives of each other: an image is not pushed away from the text of
 * another image that says the same (UniCL, Yang et al. 2022, arXiv 2204.03610).
 */
enum ContrastiveLoss {
  /**
   * Symmetric cross-entropy (Radford et al. 2021, arXiv 2103.00020), with targets uniform over the
   * positives. With groups of one sample it is open_clip's {@code ClipLoss}.
   */
  CLIP {
    @Override
    Tensor of(Tensor logits, int[] groups) {
      Tensor targets = positives(groups, true).to(logits.device());
      Tensor images = Ops.crossEntropy(logits, targets, null, 0);
      Tensor texts = Ops.crossEntropy(logits.transpose(0, 1), targets, null, 0);
      return images.add(texts).mul(0.5);
    }
  },
  /**
   * Binary cross-entropy, summed over all pairs and divided by the batch size (Zhai et al. 2023,
   * arXiv 2303.15343; open_clip's {@code SigLipLoss}).
   */
  SIGLIP {
    @Override
    Tensor of(Tensor logits, int[] groups) {
      Tensor targets = positives(groups, false).to(logits.device());
      return Ops.binaryCrossEntropyWithLogits(logits, targets, null, null).mul(groups.length);
    }
  };

  static ContrastiveLoss named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the mean loss over a batch.
   *
   * @param logits [B, B], row i for image i
   * @param groups group of each sample
   */
  abstract Tensor of(Tensor logits, int[] groups);

  /**
   * Returns the mean loss over a batch.
   *
   * @param image normalized vectors [B, E], f32
   * @param text normalized vectors [B, E], f32
   * @param scale factor of the cosine, a scalar
   * @param bias bias of the logits, a scalar, or null
   * @param groups group of each sample
   */
  final Tensor of(Tensor image, Tensor text, Tensor scale, @Nullable Tensor bias, int[] groups) {
    Tensor logits = Ops.matmul(image, text.transpose(0, 1)).mul(scale);
    return of(bias == null ? logits : logits.add(bias), groups);
  }

  /**
   * Returns [B, B]: 0 for samples of different groups, else 1.
   *
   * @param shares whether to divide each row by its sum
   */
  private static Tensor positives(int[] groups, boolean shares) {
    int size = groups.length;
    float[] values = new float[Math.multiplyExact(size, size)];
    for (int i = 0; i < size; i++) {
      int own = groups[i];
      float value = shares ? 1f / Arrays.stream(groups).filter(g -> g == own).count() : 1;
      for (int j = 0; j < size; j++) {
        values[i * size + j] = groups[j] == own ? value : 0;
      }
    }
    return Tensor.of(values, size, size);
  }

  /** Returns a number for each object, the same for equal objects. */
  static int[] groups(List<?> objects) {
    Map<Object, Integer> numbers = new HashMap<>();
    return objects.stream()
        .mapToInt(o -> numbers.computeIfAbsent(o, k -> numbers.size()))
        .toArray();
  }
}

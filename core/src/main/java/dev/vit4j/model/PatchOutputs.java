package dev.vit4j.model;

import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Tensor;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The outputs of a model that {@link ClassifiesPatches}. The j-th mask of a patch belongs to the
 * class with the j-th highest score.
 *
 * @param classes logits of the classes of each patch [B, P, K]; the probability that a class occurs
 *     in the patch is their sigmoid
 * @param masks logits of the masks [B, P, S, M], S pixels of a patch row by row; a soft mask is
 *     their sigmoid
 * @param columns number of patches in a row of the image
 * @param patchSize height and width of a patch in pixels
 */
public record PatchOutputs(Tensor classes, Tensor masks, int columns, int patchSize) {
  /** The outputs of images {@code from} to {@code from + count}. */
  public PatchOutputs narrow(int from, int count) {
    return new PatchOutputs(
        classes.narrow(0, from, count), masks.narrow(0, from, count), columns, patchSize);
  }

  /** Number of patches in a column of the image. */
  public int rows() {
    return (int) classes.size(1) / columns;
  }

  /** The classes of the masks, the highest score first: i64 [B, P, M]. */
  public Tensor selected() {
    return classes.detach().topK(masks.size(3))[1];
  }

  /**
   * Distributes the soft masks over their classes; all other classes are 0. The memory is that of
   * the result: 92 MB for an image of 224 x 224 pixels with 460 classes. {@link #labelMap} needs
   * none of it.
   *
   * @return [B, P, S, K]
   */
  public Tensor toSegment() {
    return planes().transpose(2, 3);
  }

  /** As {@link #toSegment}, for the whole image: [B, K, H, W]. */
  public Tensor image() {
    return arranged(planes());
  }

  /**
   * As {@link #image()}, for some classes only: [B, n, H, W].
   *
   * @param some class indices, i64 [n]
   */
  public Tensor image(Tensor some) {
    Tensor soft = masks.sigmoid().transpose(2, 3).unsqueeze(2); // [B, P, 1, M, S]
    Tensor isClass = selected().unsqueeze(2).eq(some.view(1, 1, some.count(), 1)); // [B, P, n, M]
    return arranged(soft.mul(isClass.unsqueeze(4)).sum(3)); // [B, P, n, S]
  }

  /** [B, P, n, S] to [B, n, H, W]. */
  private Tensor arranged(Tensor byPatch) {
    long b = byPatch.size(0);
    long k = byPatch.size(2);
    return byPatch
        .view(b, rows(), columns, k, patchSize, patchSize)
        .permute(0, 3, 1, 4, 2, 5) // [B, K, rows, p, columns, p]
        .reshape(b, k, (long) rows() * patchSize, (long) columns * patchSize);
  }

  /** One scatter, with the pixels of a class side by side: [B, P, K, S]. */
  private Tensor planes() {
    Tensor soft = masks.sigmoid().transpose(2, 3); // [B, P, M, S]
    Tensor to = selected().unsqueeze(3).expand(soft.shape()); // i64 [B, P, M, S]
    long[] shape = {soft.size(0), soft.size(1), classes.size(2), soft.size(3)};
    return Tensor.full(0, soft.device(), shape).to(soft.dtype()).scatter(2, to, soft);
  }

  /**
   * Returns for each pixel the class whose mask has the highest value there, row by row, one image
   * after the other. It is the class with the highest value of {@link #image()}, without the memory
   * for all classes.
   *
   * @return class indices [B · H · W]
   */
  public int[] labelMap() {
    long[] ranked = selected().toLongs(); // [B, P, M]
    FloatBuffer buffer = // [B, P, S, M]; a reduction over so few values is slower in libtorch
        masks.to(DType.F32).toBytes().order(ByteOrder.nativeOrder()).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    int many = Math.toIntExact(masks.size(3));
    int width = columns * patchSize;
    int[] labels = new int[values.length / many];
    int at = 0;
    for (int patch = 0; patch < ranked.length / many; patch++) {
      int top = patch / columns * patchSize; // counted through all images
      for (int row = top; row < top + patchSize; row++) {
        int to = row * width + patch % columns * patchSize;
        for (int column = 0; column < patchSize; column++) {
          int best = at;
          for (int j = at + 1; j < at + many; j++) {
            best = values[j] > values[best] ? j : best;
          }
          best -= at;
          at += many;
          labels[to++] = (int) ranked[patch * many + best];
        }
      }
    }
    return labels;
  }
}

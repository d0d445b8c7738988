package dev.vit4j.probe;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.infer.FeatureOrigin;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Feature vectors with labels: f32 [N, D], all finite. A file is mapped, not read into the heap.
 *
 * <p>A file has the tensors {@code features} [N, D], of floats, and {@code labels} [N], of
 * integers, as {@code vit embed} writes them (safetensors, or arrays of an .npz). Its metadata may
 * contain {@link FeatureOrigin}.
 */
public final class Features {
  private static final String FEATURES = "features";
  private static final String LABELS = "labels";
  private static final int MAX_LABEL = 1 << 20;
  private static final double UNIT_ERROR = 5e-3; // of vectors stored in bf16
  private static final Set<DType> FLOATS = EnumSet.of(DType.F64, DType.F32, DType.F16, DType.BF16);
  private static final Set<DType> INTEGERS =
      EnumSet.of(DType.I64, DType.I32, DType.I16, DType.I8, DType.U8);

  private final ByteBuffer rows; // f32, little-endian
  private final int size;
  private final int dim;
  private final int[] labels; // empty if unlabeled
  private final Origin origin;

  /**
   * Where features come from.
   *
   * @param source file name, for messages
   * @param from the model that computed them, and the class names
   */
  public record Origin(String source, FeatureOrigin from) {
    /** Features from memory. */
    public static final Origin MEMORY = new Origin("features", FeatureOrigin.UNKNOWN);

    /** Creates an origin; a text or list is empty if it is unknown. */
    public Origin(String source, String model, String fingerprint, List<String> classes) {
      this(source, new FeatureOrigin(model, fingerprint, "", false, classes));
    }

    /** Returns the same model with another source. */
    public Origin named(String other) {
      return new Origin(other, from);
    }

    /** Returns the name of the model. */
    public String model() {
      return from.model();
    }

    /** Returns the fingerprint of the model. */
    public String fingerprint() {
      return from.fingerprint();
    }

    /** Returns the class names by label. */
    public List<String> classes() {
      return from.classes();
    }
  }

  private Features(ByteBuffer rows, int dim, int[] labels, Origin origin) {
    this.rows = rows.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.dim = dim;
    this.size = this.rows.remaining() / Float.BYTES / dim;
    this.labels = labels;
    this.origin = origin;
  }

  /**
   * Opens a file.
   *
   * @throws FormatException if the file is missing, damaged or empty, has no features, or contains
   *     NaN, infinity or negative labels
   */
  public static Features read(Path file) throws IOException {
    return read(file, FEATURES);
  }

  /**
   * As {@link #read(Path)}, for features that may have another name.
   *
   * @param preferred name of the tensor; without it, {@code features} is read
   */
  static Features read(Path file, String preferred) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".jsonl")) {
      throw wrong(file, "is text: write the features to a .safetensors or .npz file");
    }
    try (TensorFile tensors = TensorFile.open(file)) {
      TensorInfo info = tensors.tensors().getOrDefault(preferred, tensors.tensors().get(FEATURES));
      if (info == null) {
        String found = String.join(", ", tensors.tensors().keySet());
        throw wrong(file, "has no tensor 'features', as vit embed writes, but " + found);
      }
      long[] shape = info.shape();
      if (!FLOATS.contains(info.dtype()) || shape.length != 2) {
        throw wrong(
            file,
            "features are %s%s, not F32 [N, D]".formatted(info.dtype(), Arrays.toString(shape)));
      }
      if (info.count() == 0) {
        throw wrong(file, "is empty: features are " + Arrays.toString(shape));
      }
      if (shape[0] * shape[1] > Integer.MAX_VALUE / Float.BYTES) {
        throw wrong(file, "has more than 2 GiB of features: use fewer samples");
      }
      Features features =
          new Features(
              floats(tensors, info),
              (int) shape[1],
              labels(file, tensors, shape[0]),
              new Origin(file.toString(), FeatureOrigin.read(file, tensors)));
      features.requireFinite();
      return features;
    }
  }

  /**
   * Creates features from memory.
   *
   * @param rows [N][D]
   * @param labels [N], at least 0; or empty
   * @throws IllegalArgumentException if sizes do not match, or a number is not finite
   */
  public static Features of(float[][] rows, int[] labels) {
    return of(rows, labels, Origin.MEMORY);
  }

  /** As {@link #of(float[][], int[])}, with an origin. */
  public static Features of(float[][] rows, int[] labels, Origin origin) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException(origin.source() + " are empty");
    }
    if (labels.length != 0 && labels.length != rows.length) {
      throw new IllegalArgumentException(
          "%s: %d vectors have %d labels".formatted(origin.source(), rows.length, labels.length));
    }
    ByteBuffer bytes = memory(rows.length, rows[0].length);
    for (float[] row : rows) {
      if (row.length != rows[0].length) {
        throw new IllegalArgumentException(
            "%s: vectors of %d and %d numbers"
                .formatted(origin.source(), rows[0].length, row.length));
      }
      for (float x : row) {
        bytes.putFloat(x);
      }
    }
    try {
      for (int i = 0; i < labels.length; i++) {
        requireLabel(origin.source(), i, labels[i]);
      }
      Features features = new Features(bytes.flip(), rows[0].length, labels.clone(), origin);
      features.requireFinite();
      return features;
    } catch (FormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static ByteBuffer memory(int size, int dim) {
    return ByteBuffer.allocate(Math.multiplyExact(Math.multiplyExact(size, dim), Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer floats(TensorFile tensors, TensorInfo info) throws IOException {
    ByteBuffer data = tensors.data(info.name());
    if (info.dtype() == DType.F32) {
      return data;
    }
    try (Scope scope = Scope.open()) {
      return Tensor.of(data, info.dtype(), info.shape()).to(DType.F32).toBytes();
    }
  }

  private static int[] labels(Path file, TensorFile tensors, long size) throws IOException {
    TensorInfo info = tensors.tensors().get(LABELS);
    if (info == null) {
      return new int[0];
    }
    long[] shape = info.shape();
    if (!INTEGERS.contains(info.dtype()) || shape.length != 1 || shape[0] != size) {
      throw wrong(
          file,
          "labels are %s%s, not I64 [%d]".formatted(info.dtype(), Arrays.toString(shape), size));
    }
    int[] labels = new int[(int) size];
    try (Scope scope = Scope.open()) {
      long[] all = Tensor.of(tensors.data(LABELS), info.dtype(), shape).to(DType.I64).toLongs();
      for (int i = 0; i < labels.length; i++) {
        requireLabel(file.toString(), i, all[i]);
        labels[i] = (int) all[i];
      }
    }
    return labels;
  }

  private static void requireLabel(String source, int row, long label) throws FormatException {
    if (label < 0 || label >= MAX_LABEL) {
      throw new FormatException(
          source,
          -1,
          "row %d has label %d: labels are from 0 to %,d".formatted(row, label, MAX_LABEL - 1));
    }
  }

  private void requireFinite() throws FormatException {
    FloatBuffer all = rows.asFloatBuffer();
    float[] row = new float[dim];
    for (int i = 0; i < size; i++) {
      all.get(row);
      for (float x : row) {
        if (!Float.isFinite(x)) {
          throw new FormatException(origin.source(), -1, "row %d contains %s".formatted(i, x));
        }
      }
    }
  }

  private static FormatException wrong(Path file, String reason) {
    return new FormatException(file.toString(), -1, reason);
  }

  /** Returns the number of vectors, N. */
  public int size() {
    return size;
  }

  /** Returns the length of a vector, D. */
  public int dim() {
    return dim;
  }

  /** Returns where the features come from. */
  public Origin origin() {
    return origin;
  }

  /** Returns whether the features have labels. */
  public boolean isLabeled() {
    return labels.length > 0;
  }

  /**
   * Returns a copy of the labels.
   *
   * @throws IllegalArgumentException if there are none
   */
  public int[] labels() {
    if (!isLabeled()) {
      throw new IllegalArgumentException(
          origin.source() + " has no labels: embed a data set (vit embed MODEL --data NAME)");
    }
    return labels.clone();
  }

  /** Returns the labels that occur, in ascending order. */
  public int[] classes() {
    return Arrays.stream(labels()).sorted().distinct().toArray();
  }

  /**
   * Checks that these features and others come from the same model.
   *
   * @throws IllegalArgumentException if their lengths or the fingerprints of their models differ
   */
  public void requireSameModel(Features other) {
    requireSameModel(other.origin, other.dim);
  }

  void requireSameModel(Origin other, int length) {
    if (dim != length) {
      throw new IllegalArgumentException(
          "%s has vectors of %d numbers, %s of %d: embed both with the same model"
              .formatted(origin.source(), dim, other.source(), length));
    }
    boolean known = !origin.fingerprint().isEmpty() && !other.fingerprint().isEmpty();
    if (known && !origin.fingerprint().equals(other.fingerprint())) {
      throw new IllegalArgumentException(
          "%s and %s have features of different models, %s and %s: embed both with the same model"
              .formatted(origin.source(), other.source(), origin.model(), other.model()));
    }
  }

  /** Returns whether all vectors have length 1, or 0. */
  public boolean isNormalized() {
    FloatBuffer all = rows.asFloatBuffer();
    float[] row = new float[dim];
    for (int i = 0; i < size; i++) {
      all.get(row);
      double squares = 0;
      for (float x : row) {
        squares += (double) x * x;
      }
      if (squares != 0 && Math.abs(Math.sqrt(squares) - 1) > UNIT_ERROR) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that these features and others are both normalized or both not, as far as it is known.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireSameScale(Features other) {
    boolean known = !origin.fingerprint().isEmpty() && !other.origin.fingerprint().isEmpty();
    boolean normalized = origin.from().normalized();
    if (known && normalized != other.origin.from().normalized()) {
      throw new IllegalArgumentException(
          "%s has normalized vectors, %s has not: embed both with --normalize, or both without"
              .formatted(
                  (normalized ? origin : other.origin).source(),
                  (normalized ? other.origin : origin).source()));
    }
  }

  /** Returns the vectors as an f32 tensor [N, D]. */
  public Tensor tensor() {
    return Tensor.of(rows, DType.F32, size, dim);
  }

  /** Returns some vectors as an f32 tensor [count, D]. */
  Tensor tensor(int from, int count) {
    ByteBuffer part = rows.slice(from * dim * Float.BYTES, count * dim * Float.BYTES);
    return Tensor.of(part, DType.F32, count, dim);
  }

  /** Returns the vectors of these rows, in their order, as a copy. */
  public Features select(int[] indices) {
    ByteBuffer bytes = memory(indices.length, dim);
    int[] of = new int[isLabeled() ? indices.length : 0];
    for (int i = 0; i < indices.length; i++) {
      bytes.put(rows.slice(indices[i] * dim * Float.BYTES, dim * Float.BYTES));
      if (isLabeled()) {
        of[i] = labels[indices[i]];
      }
    }
    return new Features(bytes.flip(), dim, of, origin);
  }
}

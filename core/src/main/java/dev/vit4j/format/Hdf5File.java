package dev.vit4j.format;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads arrays of numbers from HDF5 files, such as MATLAB's of version 7.3, item by item along the
 * first dimension. Thread-safe: one item is read at a time. The file remains open.
 */
public final class Hdf5File {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int USER_BLOCK = 512; // where MATLAB's HDF5 starts
  private static final long LARGEST_CHUNK = 1 << 28;

  private final String source;
  private final HdfFile file;

  private Hdf5File(String source, HdfFile file) {
    this.source = source;
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws FormatException if it is missing, damaged or no HDF5 file
   */
  public static Hdf5File open(Path path) throws FormatException {
    String source = path.toString();
    byte[] head;
    try (var in = Files.newInputStream(path)) {
      head = in.readNBytes(USER_BLOCK + SIGNATURE.length);
    } catch (IOException e) {
      throw FormatException.unreadable(path, e);
    }
    boolean isHdf5 = startsAt(head, 0) || startsAt(head, USER_BLOCK);
    if (!isHdf5) {
      boolean isMatlab5 = head.length > 128 && head[126] == 'I' && head[127] == 'M';
      throw new FormatException(
          source,
          -1,
          isMatlab5
              ? "is a MATLAB file of version 5 to 7, not 7.3 (HDF5): save it with -v7.3"
              : "is not an HDF5 file (MATLAB 7.3), or is cut off");
    }
    return new Hdf5File(source, guarded(source, () -> new HdfFile(path)));
  }

  private static boolean startsAt(byte[] head, int at) {
    return head.length >= at + SIGNATURE.length
        && Arrays.equals(head, at, at + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** Converts the unchecked exceptions of jHDF, and sizes in the file that no memory would hold. */
  private static <T> T guarded(String source, Supplier<T> reading) throws FormatException {
    try {
      return reading.get();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      Throwable reason = e;
      while (reason.getCause() != null && reason.getCause() != reason) {
        reason = reason.getCause();
      }
      FormatException damaged =
          new FormatException(
              source,
              -1,
              "is a damaged HDF5 file: "
                  + (reason.getMessage() == null
                      ? reason.getClass().getSimpleName()
                      : reason.getMessage()));
      damaged.initCause(e);
      throw damaged;
    }
  }

  /**
   * Returns an array at the top level of the file, without reading its numbers.
   *
   * @param name its name
   * @param type Java type of its numbers as jHDF reads them: {@code float} for f32, {@code int} for
   *     unsigned bytes and u16
   * @param rank number of dimensions
   * @throws FormatException if there is none, or it has another type or number of dimensions
   */
  public Items items(String name, Class<?> type, int rank) throws FormatException {
    List<String> others = new ArrayList<>();
    Node node =
        guarded(
            source,
            () -> {
              others.addAll(file.getChildren().keySet());
              return others.contains(name) ? file.getChild(name) : file;
            });
    if (!(node instanceof Dataset dataset)) {
      throw new FormatException(
          source, -1, "has no array '%s', only %s".formatted(name, FirstFew.of(others)));
    }
    int[] shape = guarded(source, dataset::getDimensions);
    Class<?> found = guarded(source, dataset::getJavaType);
    if (shape.length != rank || !found.equals(type)) {
      throw new FormatException(
          source,
          -1,
          "array '%s' has the shape %s of %s: expected %d dimensions of %s"
              .formatted(name, Arrays.toString(shape), found.getSimpleName(), rank, type));
    }
    if (dataset instanceof ChunkedDataset chunked) {
      long bytes = 8;
      for (int side : guarded(source, chunked::getChunkDimensions)) {
        bytes *= Math.max(1, side);
        if (bytes > LARGEST_CHUNK) {
          throw new FormatException(
              source, -1, "array '%s' is stored in chunks that are too large".formatted(name));
        }
      }
    }
    return new Items(name, shape, dataset);
  }

  /** An array whose first dimension numbers the items. */
  public final class Items {
    private final String name;
    private final int[] shape;
    private final Dataset dataset;

    private Items(String name, int[] shape, Dataset dataset) {
      this.name = name;
      this.shape = shape;
      this.dataset = dataset;
    }

    /** Returns a copy of the shape. */
    public int[] shape() {
      return shape.clone();
    }

    /**
     * Reads one item of integers.
     *
     * @return its elements, the last dimension varying fastest
     * @throws FormatException if they cannot be read
     */
    public int[] integers(int index) throws FormatException {
      int[] out = new int[count()];
      copy(read(index), out, 0);
      return out;
    }

    /** Reads one item of f32, as {@link #integers}. */
    public float[] floats(int index) throws FormatException {
      float[] out = new float[count()];
      copy(read(index), out, 0);
      return out;
    }

    private int count() {
      return Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    }

    private Object read(int index) throws FormatException {
      long[] from = new long[shape.length];
      from[0] = index;
      int[] one = shape.clone();
      one[0] = 1;
      synchronized (file) {
        return guarded(
            source + ": item %d of '%s'".formatted(index, name), () -> dataset.getData(from, one));
      }
    }

    /** Copies nested arrays one behind the other, and returns the end. */
    private static int copy(Object from, Object to, int at) {
      int end = at;
      if (from instanceof Object[] nested) {
        for (Object inner : nested) {
          end = copy(inner, to, end);
        }
        return end;
      }
      int length = Array.getLength(from);
      System.arraycopy(from, 0, to, at, length);
      return at + length;
    }
  }
}

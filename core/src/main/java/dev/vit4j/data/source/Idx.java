package dev.vit4j.data.source;

import dev.vit4j.data.ImageSet;
import dev.vit4j.data.Shape;
import dev.vit4j.format.FormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files of unsigned bytes, raw or gzipped, the format of MNIST-like data sets.
 *
 * <pre>
 * bytes 0, 1       0 0
 * byte  2          element type: 8, unsigned byte (others exist and are refused)
 * byte  3          R, the number of sizes, 1 to 4
 * 4 bytes each     R sizes, big-endian, the outermost first; 0 to 2^31-1
 * then             the elements, row-major, exactly the product of the sizes
 * </pre>
 *
 * <p>Memory use depends on the bytes actually read, not on the sizes in the header.
 */
public final class Idx {
  /** Maximum number of elements; the largest MNIST-like data set (EMNIST) has 547 million. */
  public static final int MAX_ELEMENTS = 1 << 30;

  private static final int UNSIGNED_BYTE = 8;
  private static final int MAX_RANK = 4;
  private static final int FIRST_CHUNK = 1 << 20;

  private Idx() {}

  /**
   * Content of a file; the arrays are not copied.
   *
   * @param dims sizes, outermost first
   * @param data elements, row-major, unsigned
   */
  public record Array(int[] dims, byte[] data) {}

  /**
   * Reads a file, gzipped or not, which is detected by its first bytes.
   *
   * @throws FormatException if it is missing, a folder, or not in the format above
   */
  public static Array read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FormatException(file.toString(), -1, "is a folder, not an IDX file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (IOException e) {
      throw FormatException.unreadable(file, e);
    }
  }

  /**
   * Reads a stream to its end.
   *
   * @param source name for messages
   * @throws FormatException if it is not in the format above
   */
  public static Array read(InputStream stream, String source) throws IOException {
    try {
      InputStream in = unzipped(new BufferedInputStream(stream, 1 << 16));
      int[] dims = header(in, source);
      return new Array(dims, elements(in, dims, source));
    } catch (EOFException e) {
      throw new FormatException(source, -1, "truncated: the file ends too early");
    } catch (ZipException e) {
      throw new FormatException(source, -1, "damaged gzip data: " + e.getMessage());
    }
  }

  private static InputStream unzipped(BufferedInputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static int[] header(InputStream in, String source) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length == 0) {
      throw new FormatException(source, 0, "is empty");
    }
    if (magic.length < 4) {
      throw new FormatException(source, magic.length, "truncated: the file ends in its header");
    }
    if (magic[0] != 0 || magic[1] != 0) {
      throw new FormatException(
          source, 0, "not an IDX file: it does not start with two zero bytes");
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new FormatException(
          source,
          2,
          "IDX element type 0x%02x is not supported, only 0x08 (u8)".formatted(magic[2]));
    }
    int rank = magic[3] & 0xff;
    if (rank < 1 || rank > MAX_RANK) {
      throw new FormatException(source, 3, rank + " sizes; 1 to " + MAX_RANK + " are supported");
    }
    ByteBuffer sizes = ByteBuffer.wrap(in.readNBytes(4 * rank));
    if (sizes.capacity() < 4 * rank) {
      throw new FormatException(
          source, 4L + sizes.capacity(), "truncated: the file ends in its header");
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = sizes.getInt();
      if (dims[i] < 0) {
        throw new FormatException(
            source, 4 + 4L * i, "size " + Integer.toUnsignedString(dims[i]) + " is too large");
      }
    }
    return dims;
  }

  private static int count(int[] dims, String source) throws FormatException {
    long count = 1;
    for (int dim : dims) {
      count *= dim; // below 2^30 times 2^31: no overflow
      if (count > MAX_ELEMENTS) {
        throw new FormatException(
            source,
            4,
            "sizes %s are over the limit of %d bytes"
                .formatted(Arrays.toString(dims), MAX_ELEMENTS));
      }
    }
    return (int) count;
  }

  private static byte[] elements(InputStream in, int[] dims, String source) throws IOException {
    int wanted = count(dims, source);
    int header = 4 + 4 * dims.length;
    byte[] data = new byte[Math.min(wanted, FIRST_CHUNK)];
    int length = 0;
    while (length < wanted) {
      if (length == data.length) {
        data = Arrays.copyOf(data, (int) Math.min(wanted, 2L * length));
      }
      int n = in.readNBytes(data, length, data.length - length);
      length += n;
      if (length < data.length) {
        throw new FormatException(
            source,
            (long) header + length,
            "truncated: sizes %s need %d bytes, found %d"
                .formatted(Arrays.toString(dims), wanted, length));
      }
    }
    // Also makes gzip verify its checksum, which follows the last byte.
    if (in.read() >= 0) {
      throw new FormatException(
          source,
          (long) header + wanted,
          "longer than its sizes %s".formatted(Arrays.toString(dims)));
    }
    return data;
  }

  /**
   * Creates a data set of gray images from IDX arrays.
   *
   * @param name name for messages
   * @param root source folder
   * @param images [N, height, width]
   * @param labels [N]
   * @param classes names of the labels 0, 1, …
   * @throws FormatException if the arrays are not images and labels, their counts differ, a label
   *     is out of range, or there are no samples
   */
  public static ImageSet imageSet(
      String name, String root, Array images, Array labels, List<String> classes)
      throws FormatException {
    String source = root + " (" + name + ")";
    int[] dims = images.dims();
    if (dims.length != 3 || labels.dims().length != 1) {
      throw new FormatException(
          source,
          -1,
          "images have sizes %s and labels %s; [N, height, width] and [N] are needed"
              .formatted(Arrays.toString(dims), Arrays.toString(labels.dims())));
    }
    if (dims[0] != labels.dims()[0]) {
      throw new FormatException(
          source, -1, dims[0] + " images but " + labels.dims()[0] + " labels");
    }
    if (dims[0] == 0 || dims[1] == 0 || dims[2] == 0) {
      throw new FormatException(
          source, -1, "there are no images: their sizes are " + Arrays.toString(dims));
    }
    int[] wide = new int[dims[0]];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = labels.data()[i] & 0xff;
    }
    try {
      return ImageSet.of(name, root, images.data(), wide, classes, new Shape(1, dims[1], dims[2]));
    } catch (IllegalArgumentException e) {
      throw new FormatException(root, -1, e.getMessage());
    }
  }
}

package dev.vit4j.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Computes a SHA-256 that identifies a data set.
 *
 * <p>It covers, split by split in the order train, val, test: the number of samples, the class
 * names, the source of every sample (relative to {@link Dataset#root}, so that a copied or zipped
 * folder has the same digest), the target columns of all samples, and the content, with the mask or
 * depths if there are some, of up to {@link #SAMPLES} samples spread evenly over the split. It
 * takes less than a second for CIFAR-10. A change of a few images in a large data set may not be
 * detected.
 */
public final class DataDigest {
  /** Maximum number of samples per split whose content is read. */
  public static final int SAMPLES = 1000;

  private final DataOutputStream out;

  private DataDigest(DataOutputStream out) {
    this.out = out;
  }

  /**
   * Returns the digest of all splits.
   *
   * @return 64 hexadecimal digits
   * @throws IOException if a sample cannot be read
   */
  public static String of(Splits splits) throws IOException {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                new DigestOutputStream(OutputStream.nullOutputStream(), sha)))) {
      for (Dataset split : splits.all()) {
        new DataDigest(out).add(split);
      }
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private void add(Dataset split) throws IOException {
    out.writeInt(split.size());
    out.writeInt(split.classes().size());
    for (String label : split.classes()) {
      text(label);
    }
    for (int i = 0; i < split.size(); i++) {
      text(place(split, i));
    }
    int[] all = IntStream.range(0, split.size()).toArray();
    for (Map.Entry<String, Column> column :
        new TreeMap<>(split.targets().columns(all)).entrySet()) {
      text(column.getKey());
      add(column.getValue());
    }
    if (split.targets() instanceof Captions captions) {
      for (List<String> own : captions.captions()) {
        for (String caption : own) {
          text(caption);
        }
        out.writeInt(own.size());
      }
    }
    int read = Math.min(SAMPLES, split.size());
    for (int i = 0; i < read; i++) {
      int sample = (int) ((long) i * split.size() / read);
      bytes(split.content(sample));
      if (split.targets() instanceof PixelTargets targets) {
        bytes(targets.values(sample).pixels());
      }
    }
  }

  /** Returns the source of a sample relative to the root of the data set. */
  private static String place(Dataset split, int index) {
    String source = split.source(index).replace('\\', '/');
    String root = split.root().replace('\\', '/');
    return source.startsWith(root)
        ? source.substring(root.length()).replaceFirst("^!?/", "")
        : source;
  }

  private void add(Column column) throws IOException {
    out.writeUTF(Arrays.toString(column.shape()));
    if (column instanceof Column.Longs longs) {
      for (long value : longs.values()) {
        out.writeLong(value);
      }
    } else if (column instanceof Column.Floats floats) {
      for (float value : floats.values()) {
        out.writeFloat(value);
      }
    } else if (column instanceof Column.Bytes values) {
      bytes(values.values());
    }
  }

  private void text(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}

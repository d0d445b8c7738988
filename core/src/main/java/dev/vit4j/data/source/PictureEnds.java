package dev.vit4j.data.source;

import dev.vit4j.image.DeclaredSize;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The first and last bytes of an image file, which reveal truncated, empty and invalid files.
 *
 * @param head the first bytes
 * @param tail the last bytes
 * @param size size of the file in bytes
 */
record PictureEnds(byte[] head, byte[] tail, long size) {
  private static final int HEAD = 1 << 16; // nearly all JPEGs have their size in it
  private static final int TAIL = 12;
  private static final int MOST_PIXELS_PER_BYTE = 1000; // in compressed formats
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] PNG_END = {'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] JPEG_END = {(byte) 0xff, (byte) 0xd9};
  private static final byte[] GIF = {'G', 'I', 'F', '8'};
  private static final byte[] GIF_END = {0, 0x3b};

  static PictureEnds of(FileTree tree, String file) throws IOException {
    long size = tree.size(file);
    try (InputStream in = tree.open(file)) {
      byte[] head = in.readNBytes(HEAD);
      long between = size - head.length - TAIL;
      if (between < 0) {
        int tail = Math.max(0, head.length - TAIL);
        return new PictureEnds(head, Arrays.copyOfRange(head, tail, head.length), size);
      }
      in.skipNBytes(between);
      return new PictureEnds(head, in.readNBytes(TAIL), size);
    }
  }

  /**
   * Returns whether the file is certainly a complete image of plausible size; false means unknown,
   * such as for a BMP, which has no end marker.
   */
  boolean areWhole() {
    boolean ends = between(PNG, PNG_END) || between(JPEG, JPEG_END) || between(GIF, GIF_END);
    return ends && declared().pixels() / MOST_PIXELS_PER_BYTE <= size;
  }

  /** Returns the size in the first bytes, if present. */
  DeclaredSize declared() {
    return DeclaredSize.of(head);
  }

  private boolean between(byte[] first, byte[] last) {
    return head.length >= first.length
        && Arrays.equals(head, 0, first.length, first, 0, first.length)
        && tail.length >= last.length
        && Arrays.equals(tail, tail.length - last.length, tail.length, last, 0, last.length);
  }
}

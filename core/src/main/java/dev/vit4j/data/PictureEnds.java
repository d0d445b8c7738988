package dev.vit4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The first and last bytes of a picture file: what is cut off, empty or something else shows there.
 *
 * @param head the first bytes
 * @param tail the last bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PictureEnds(byte[] head, byte[] tail) {
  private static final int LENGTH = 12;
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] PNG_END = {'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] JPEG_END = {(byte) 0xff, (byte) 0xd9};
  private static final byte[] GIF = {'G', 'I', 'F', '8'};
  private static final byte[] GIF_END = {0, 0x3b};

  static PictureEnds of(FileTree tree, String file) throws IOException {
    long size = tree.size(file);
    try (InputStream in = tree.open(file)) {
      byte[] head = in.readNBytes(LENGTH);
      long between = size - head.length - LENGTH;
      if (between < 0) {
        return new PictureEnds(head, new byte[0]);
      }
      in.skipNBytes(between);
      return new PictureEnds(head, in.readNBytes(LENGTH));
    }
  }

  /**
   * Whether it is a picture with its end; false says nothing, such as for a BMP, which has none.
   */
  boolean areWhole() {
    return between(PNG, PNG_END) || between(JPEG, JPEG_END) || between(GIF, GIF_END);
  }

  private boolean between(byte[] first, byte[] last) {
    return head.length >= first.length
        && Arrays.equals(head, 0, first.length, first, 0, first.length)
        && tail.length >= last.length
        && Arrays.equals(tail, tail.length - last.length, tail.length, last, 0, last.length);
  }
}

package dev.vit4j.search;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Texts in a mapped file, which are decoded when they are asked for: opening a million names would
 * take most of a second.
 */
final class MappedTexts extends AbstractList<String> implements RandomAccess {
  private final Path file;
  private final LongBuffer ends;
  private final ByteBuffer bytes;

  /**
   * Creates the view.
   *
   * @param file where they are, for errors
   * @param ends where each text ends in the bytes; it begins where the one before it ends
   * @param bytes UTF-8
   */
  MappedTexts(Path file, LongBuffer ends, ByteBuffer bytes) {
    this.file = file;
    this.ends = ends;
    this.bytes = bytes;
  }

  /**
   * Decodes a text.
   *
   * @throws UncheckedIOException of a FormatException if the file is damaged there
   */
  @Override
  public String get(int index) {
    Objects.checkIndex(index, size());
    long from = index == 0 ? 0 : ends.get(index - 1);
    long to = ends.get(index);
    if (from < 0 || to < from || to > bytes.limit()) {
      throw new UncheckedIOException(
          SegmentFile.damaged(file, "name %d ends at byte %d".formatted(index, to)));
    }
    byte[] text = new byte[(int) (to - from)];
    bytes.get((int) from, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return ends.limit();
  }
}

package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The orientation in the metadata of a file, as Pillow finds it: that of the first EXIF block, else
 * {@code tiff:Orientation} in the XMP packet, as an attribute or an element.
 */
final class StoredOrientation {
  private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");
  private static final String MARKER = "Exif\0\0"; // precedes the block in JPEG, often elsewhere

  private @Nullable ByteBuffer exif;
  private @Nullable ByteBuffer profile;
  private String xmp = "";

  /** Adds an EXIF block, with or without the marker; the first one counts. */
  void exif(ByteBuffer block) {
    if (exif == null) {
      exif = withoutMarker(withoutMarker(block));
    }
  }

  /** Adds an EXIF block in a text, which counts if there is no other. */
  void profile(ByteBuffer block) {
    profile = withoutMarker(withoutMarker(block));
  }

  /** Adds an XMP packet; the last one counts. */
  void xmp(byte[] bytes, int from, int to) {
    xmp(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
  }

  /** Adds an XMP packet; the last one counts. */
  void xmp(String packet) {
    xmp = packet;
  }

  /** Returns the orientation, 1 to 8; 1 if there is none or it is invalid. */
  int value() {
    ByteBuffer block = exif == null ? profile : exif;
    int stored = block == null ? 0 : Exif.orientation(block);
    if (stored == 0) {
      Matcher found = IN_XMP.matcher(xmp);
      stored = found.find() ? Integer.parseInt(found.group(1)) : 1;
    }
    return stored >= 1 && stored <= 8 ? stored : 1;
  }

  private static ByteBuffer withoutMarker(ByteBuffer block) {
    byte[] start = new byte[Math.min(MARKER.length(), block.remaining())];
    block.get(block.position(), start);
    return new String(start, StandardCharsets.ISO_8859_1).equals(MARKER)
        ? block.slice(block.position() + start.length, block.remaining() - start.length)
        : block.slice();
  }
}

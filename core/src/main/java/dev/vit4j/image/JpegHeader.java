package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The header of a JPEG file, up to the first scan: segments of FF, marker, length (2 bytes,
 * big-endian, including itself) and data. Parsing stops at a damaged segment; the decoder reports
 * it.
 *
 * @param components number of components of the frame (SOF), 0 if there is none
 * @param height height of the frame in pixels; 0 if there is none
 * @param width width of the frame in pixels; 0 if there is none
 * @param ids ids of the first three components, one byte each
 * @param subsampled whether the first component has more samples per row than both others
 * @param jfif whether there is a JFIF segment
 * @param adobeTransform transform of the APP14 segment: 0 none, 1 YCbCr, 2 YCCK; -1 without the
 *     segment
 * @param orientation orientation in the EXIF or XMP segment, 1 to 8; 1 if there is none or it is
 *     invalid
 * @param progressive whether the frame is progressive (SOF2): every scan refines the whole image
 * @param hasTables whether the file defines quantizers and Huffman codes before its first scan
 * @param asides total bytes of application and comment segments
 * @param end offset at which parsing ended
 */
record JpegHeader(
    int components,
    int height,
    int width,
    int ids,
    boolean subsampled,
    boolean jfif,
    int adobeTransform,
    int orientation,
    boolean progressive,
    boolean hasTables,
    int asides,
    int end) {
  private static final int RGB = 'R' << 16 | 'G' << 8 | 'B';
  private static final int PROGRESSIVE = 0xc2;
  private static final int HUFFMAN_CODES = 0xc4;
  private static final int QUANTIZERS = 0xdb;
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  static JpegHeader of(byte[] bytes) {
    int components = 0;
    int height = 0;
    int width = 0;
    int ids = 0;
    boolean subsampled = false;
    boolean jfif = false;
    int adobe = -1;
    StoredOrientation orientation = new StoredOrientation();
    boolean progressive = false;
    boolean quantizers = false;
    boolean codes = false;
    int asides = 0;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int at = 2;
    while (isSegment(bytes, at)) {
      int marker = bytes[at + 1] & 0xff;
      int data = at + 4;
      int end = end(bytes, at);
      if (isFrame(marker) && end - data >= 6) {
        progressive = marker == PROGRESSIVE;
        components = bytes[data + 5] & 0xff;
        height = in.getShort(data + 1) & 0xffff;
        width = in.getShort(data + 3) & 0xffff;
        ids = end - data >= 15 ? ids(bytes, data + 6) : 0;
        subsampled = end - data >= 15 && isSubsampled(bytes, data + 6);
      } else if (marker == QUANTIZERS) {
        quantizers = true;
      } else if (marker == HUFFMAN_CODES) {
        codes = true;
      } else if (marker == 0xe0 && startsWith(bytes, data, end, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xee && startsWith(bytes, data, end, "Adobe") && end - data >= 12) {
        adobe = bytes[data + 11] & 0xff;
      } else if (marker == 0xe1 && startsWith(bytes, data, end, "Exif\0\0")) {
        orientation.exif(in.slice(data, end - data));
      } else if (marker == 0xe1 && startsWith(bytes, data, end, XMP)) {
        orientation.xmp(bytes, data + XMP.length(), end);
      }
      asides += isAside(marker) ? end - at : 0;
      at = end;
    }
    return new JpegHeader(
        components,
        height,
        width,
        ids,
        subsampled,
        jfif,
        adobe,
        orientation.value(),
        progressive,
        quantizers && codes,
        asides,
        at);
  }

  /**
   * Returns the file without the segments that do not affect pixels.
   *
   * <p>Pillow ignores profiles and thumbnails too; the JDK would parse them for every image.
   */
  byte[] pixelFile(byte[] bytes) {
    byte[] out = new byte[bytes.length - asides];
    int size = 0;
    int from = 0; // start of the bytes to keep that are not copied yet
    int at = 2;
    while (at < end) {
      int next = end(bytes, at);
      int marker = bytes[at + 1] & 0xff;
      if (isAside(marker)) {
        System.arraycopy(bytes, from, out, size, at - from);
        size += at - from;
        from = next;
      }
      at = next;
    }
    System.arraycopy(bytes, from, out, size, bytes.length - from);
    return out;
  }

  /** Whether three components are luma and chroma, by libjpeg's rules. */
  boolean isYcc() {
    if (jfif) {
      return true;
    }
    return adobeTransform >= 0 ? adobeTransform != 0 : ids != RGB;
  }

  /** Width times height of the frame. */
  long pixels() {
    return (long) height * width;
  }

  /**
   * Whether this is an upright image with subsampled chroma, as nearly all photos are; no decoder
   * treats those as RGB.
   */
  boolean isUprightPhoto() {
    return components == 3 && subsampled && isYcc() && orientation == 1;
  }

  /** Whether a segment other than a scan starts here. A fill byte counts as a segment. */
  private static boolean isSegment(byte[] bytes, int at) {
    return at + 4 <= bytes.length
        && (bytes[at] & 0xff) == 0xff
        && (bytes[at + 1] & 0xff) != 0xda
        && end(bytes, at) > at
        && end(bytes, at) <= bytes.length;
  }

  /** Returns the end of a segment; its start if the length is invalid. */
  private static int end(byte[] bytes, int at) {
    if ((bytes[at + 1] & 0xff) == 0xff) { // a fill byte
      return at + 1;
    }
    int length = (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
    return length < 2 ? at : at + 2 + length;
  }

  private static int ids(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 16 | (bytes[at + 3] & 0xff) << 8 | (bytes[at + 6] & 0xff);
  }

  /** Whether this is an application or comment segment; 0xff is a fill byte. */
  private static boolean isAside(int marker) {
    return marker >= 0xe0 && marker != 0xff;
  }

  /** A component is its id, its horizontal and vertical sampling (4 bits each), its table. */
  private static boolean isSubsampled(byte[] bytes, int at) {
    int luma = (bytes[at + 1] & 0xff) >> 4;
    return luma > (bytes[at + 4] & 0xff) >> 4 && luma > (bytes[at + 7] & 0xff) >> 4;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean startsWith(byte[] bytes, int from, int end, String text) {
    byte[] want = text.getBytes(StandardCharsets.ISO_8859_1);
    if (end - from < want.length) {
      return false;
    }
    for (int i = 0; i < want.length; i++) {
      if (bytes[from + i] != want[i]) {
        return false;
      }
    }
    return true;
  }
}

package dev.vit4j.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a JPEG file says before its first scan: segments of FF, marker, length (2 bytes, big-endian,
 * counting itself) and data. A damaged segment ends the search; the decoder is the judge of it.
 *
 * @param components of the frame (SOF), 0 if there is none
 * @param adobeTransform of the APP14 segment: 0 none, 1 YCbCr, 2 YCCK; -1 without that segment
 * @param orientation of the EXIF segment, 1 to 8; 1 if there is none or it is invalid
 */
record JpegHeader(int components, int adobeTransform, int orientation) {
  static JpegHeader of(byte[] bytes) {
    int components = 0;
    int adobe = -1;
    int orientation = 0;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int at = 2;
    while (at + 4 <= bytes.length && (bytes[at] & 0xff) == 0xff) {
      int marker = bytes[at + 1] & 0xff;
      if (marker == 0xff) { // a fill byte
        at++;
        continue;
      }
      int length = in.getShort(at + 2) & 0xffff;
      int data = at + 4;
      int end = at + 2 + length;
      if (marker == 0xda || length < 2 || end > bytes.length) {
        break;
      }
      if (isFrame(marker) && length >= 8) {
        components = bytes[data + 5] & 0xff;
      } else if (marker == 0xee && startsWith(bytes, data, end, "Adobe") && length >= 14) {
        adobe = bytes[data + 11] & 0xff;
      } else if (marker == 0xe1 && orientation == 0 && startsWith(bytes, data, end, "Exif\0\0")) {
        orientation = Exif.orientation(in.slice(data + 6, end - data - 6));
      }
      at = end;
    }
    return new JpegHeader(components, adobe, Math.max(1, orientation));
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

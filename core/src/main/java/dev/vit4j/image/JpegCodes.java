package dev.vit4j.image;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads all codes of a JPEG without computing pixels, so that a native decoder gets no damaged
 * file: libjpeg would fill what is missing with gray and write a warning to the standard error.
 *
 * <p>Stricter than libjpeg. A file that it decodes without a warning may be refused here if it is
 * unusual.
 */
final class JpegCodes {
  private static final int HUFFMAN_TABLES = 0xc4;
  private static final int BASELINE = 0xc0;
  private static final int EXTENDED = 0xc1;
  private static final int PROGRESSIVE = 0xc2;
  private static final int END = 0xd9;
  private static final int SCAN = 0xda;
  private static final int QUANTIZERS = 0xdb;
  private static final int INTERVAL = 0xdd;
  private static final int MOST_SAMPLING = 4;

  /** Checksums of files that were complete; a later one replaces another of the same place. */
  private static final AtomicLongArray COMPLETE = new AtomicLongArray(1 << 18);

  private final byte[] file;
  private final JpegBits bits;
  private final @Nullable HuffmanCodes[] dc = new HuffmanCodes[4];
  private final @Nullable HuffmanCodes[] ac = new HuffmanCodes[4];
  private final List<JpegComponent> components = new ArrayList<>();
  private final int[] groups = new int[2]; // in a row and in a column
  private boolean progressive;
  private int interval;

  private JpegCodes(byte[] file) {
    this.file = file;
    this.bits = new JpegBits(file);
  }

  /**
   * Whether a file of one or three components has all codes of all coefficients, and nothing else
   * up to its end marker. Training decodes each file in every epoch: a complete file is recognized
   * by its checksums.
   */
  static boolean areComplete(byte[] file) {
    long sum = checksum(file);
    int place = (int) (sum >>> 32) & (COMPLETE.length() - 1);
    if (sum != 0 && COMPLETE.get(place) == sum) {
      return true;
    }
    boolean complete = new JpegCodes(file).isComplete();
    if (complete) {
      COMPLETE.set(place, sum);
    }
    return complete;
  }

  private static long checksum(byte[] file) {
    CRC32C first = new CRC32C();
    CRC32 second = new CRC32();
    first.update(file);
    second.update(file);
    return first.getValue() << 32 | second.getValue();
  }

  private boolean isComplete() {
    int at = 2;
    while (at + 1 < file.length && u8(at) == 0xff) {
      int marker = u8(at + 1);
      if (marker == END) {
        return !components.isEmpty() && components.stream().allMatch(JpegComponent::isComplete);
      }
      if (marker == 0xff) { // a fill byte
        at++;
        continue;
      }
      int data = at + 4;
      int end = data <= file.length ? at + 2 + u16(at + 2) : data;
      if (end < data || end > file.length) {
        return false;
      }
      if (marker == SCAN) {
        int next = scan(data, end);
        if (next < 0) {
          return false;
        }
        at = next - 1;
      } else if (segment(marker, data, end)) {
        at = end;
      } else {
        return false;
      }
    }
    return false;
  }

  private boolean segment(int marker, int data, int end) {
    return switch (marker) {
      case HUFFMAN_TABLES -> tables(data, end);
      case BASELINE, EXTENDED, PROGRESSIVE -> {
        progressive = marker == PROGRESSIVE;
        yield components.isEmpty() && frame(data, end);
      }
      case INTERVAL -> {
        interval = end - data == 2 ? u16(data) : 0;
        yield end - data == 2;
      }
      case QUANTIZERS, 0xfe -> true;
      default -> marker >= 0xe0 && marker <= 0xef;
    };
  }

  private boolean tables(int data, int end) {
    int at = data;
    while (at + 17 <= end) {
      int place = u8(at);
      int kind = ((place & 1) << 1) | ((place >> 4) & 1);
      HuffmanCodes codes = HuffmanCodes.of(file, at + 1, end, kind);
      if (codes == null || (place & ~0x13) != 0) {
        return false;
      }
      ((place & 0x10) == 0 ? dc : ac)[place & 3] = codes;
      at += 1 + codes.bytes();
    }
    return at == end;
  }

  /** Precision, height, width, number of components; of each its id, sampling factors and table. */
  private boolean frame(int data, int end) {
    if (end - data < 6 || u8(data) != 8) {
      return false;
    }
    int height = u16(data + 1);
    int width = u16(data + 3);
    int count = u8(data + 5);
    boolean known = count == 1 || count == 3;
    if (height == 0 || width == 0 || !known || end - data != 6 + 3 * count) {
      return false;
    }
    int acrossAll = 1;
    int downAll = 1;
    for (int i = 0; i < count; i++) {
      int sampling = u8(data + 7 + 3 * i);
      acrossAll = Math.max(acrossAll, sampling >> 4);
      downAll = Math.max(downAll, sampling & 15);
    }
    if (acrossAll > MOST_SAMPLING || downAll > MOST_SAMPLING) {
      return false;
    }
    groups[0] = quotient(width, 8 * acrossAll);
    groups[1] = quotient(height, 8 * downAll);
    for (int i = 0; i < count; i++) {
      int id = u8(data + 6 + 3 * i);
      int across = u8(data + 7 + 3 * i) >> 4;
      int down = u8(data + 7 + 3 * i) & 15;
      if (across == 0 || down == 0 || components.stream().anyMatch(c -> c.id == id)) {
        return false;
      }
      int columns = quotient(width * across, 8 * acrossAll);
      int rows = quotient(height * down, 8 * downAll);
      components.add(new JpegComponent(id, across, down, columns, rows));
    }
    return true;
  }

  /** Number of components; of each its id and tables; coefficients and bits; then the codes. */
  private int scan(int data, int end) {
    int count = u8(data);
    if (count < 1 || count > components.size() || end - data != 4 + 2 * count) {
      return -1;
    }
    List<JpegComponent> parts = new ArrayList<>();
    List<@Nullable HuffmanCodes> dcOfParts = new ArrayList<>();
    List<@Nullable HuffmanCodes> acOfParts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = u8(data + 1 + 2 * i);
      int places = u8(data + 2 + 2 * i);
      JpegComponent part = components.stream().filter(c -> c.id == id).findFirst().orElse(null);
      if (part == null || parts.contains(part) || (places & ~0x33) != 0) {
        return -1;
      }
      parts.add(part);
      dcOfParts.add(dc[places >> 4]);
      acOfParts.add(ac[places & 3]);
    }
    int more = data + 1 + 2 * count;
    int first = u8(more);
    int last = u8(more + 1);
    int high = u8(more + 2) >> 4;
    int low = u8(more + 2) & 15;
    JpegScan scan = new JpegScan(parts, dcOfParts, acOfParts, first, last, high, low, progressive);
    if (!scan.isValid()) {
      return -1;
    }
    for (JpegComponent part : parts) {
      if (!part.advance(first, last, high, low)) {
        return -1;
      }
    }
    return scan.read(bits, end, groups, interval);
  }

  private int u8(int at) {
    return file[at] & 0xff;
  }

  private int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  /** A quotient, rounded up. */
  private static int quotient(int a, int b) {
    return (a + b - 1) / b;
  }
}

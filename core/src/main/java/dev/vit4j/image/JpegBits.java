package dev.vit4j.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of a JPEG's coded data, where FF 00 stands for the byte FF and FF with another
 * byte is a marker that ends the data. Behind the end all bits are 0, and {@link #isOverrun} tells.
 */
final class JpegBits {
  /** Most bits of a code and the value after it, of which {@link #fill} makes sure. */
  private static final int ENOUGH = 32;

  private static final int BLOCK = 64; // coefficients
  private static final int STEPS = (1 << HuffmanCodes.STEP_BITS) - 1;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] data;
  private int at; // of the next byte that is not in the buffer
  private boolean ended; // whether a marker or the end of the file is at that place
  private long buffer;
  private int count; // bits in the buffer
  private int missing; // those of them that are behind the end

  JpegBits(byte[] data) {
    this.data = data;
  }

  /** Starts at a byte. */
  void start(int from) {
    at = from;
    ended = false;
    buffer = 0;
    count = 0;
    missing = 0;
  }

  /** Whether more bits were read than there are. */
  boolean isOverrun() {
    return missing > count;
  }

  /**
   * Returns the place of the marker behind the last bit that was read: of the byte after FF; -1 if
   * there are bytes between, or no marker.
   */
  int marker() {
    int left = count - missing;
    if (left < 0 || left >= 8) {
      return -1;
    }
    int next = at;
    while (next < data.length && data[next] == (byte) 0xff) {
      next++;
    }
    return next > at && next < data.length && data[next] != 0 ? next : -1;
  }

  /** The byte at an offset, from 0 to 255. */
  int at(int offset) {
    return data[offset] & 0xff;
  }

  private void fill() {
    if (!ended && at + 4 <= data.length) {
      int four = (int) INT.get(data, at);
      int inverted = ~four;
      if (((inverted - 0x01010101) & four & 0x80808080) == 0) { // none of them is FF
        buffer = buffer << 32 | (four & 0xffffffffL);
        count += 32;
        at += 4;
        return;
      }
    }
    while (count <= 56) {
      buffer = buffer << 8 | nextByte();
      count += 8;
    }
  }

  private int nextByte() {
    if (!ended && at < data.length) {
      int value = data[at] & 0xff;
      if (value != 0xff) {
        at++;
        return value;
      }
      int next = at + 1;
      while (next < data.length && data[next] == (byte) 0xff) {
        next++;
      }
      if (next < data.length && data[next] == 0) {
        at = next + 1;
        return value;
      }
    }
    ended = true;
    missing += 8;
    return 0;
  }

  /** Reads up to 16 bits. */
  int bits(int n) {
    if (count < ENOUGH) {
      fill();
    }
    count -= n;
    return (int) (buffer >>> count) & ((1 << n) - 1);
  }

  /** Reads a code; returns its symbol, or -1 if there is no such code. */
  int symbol(HuffmanCodes codes) {
    if (count < ENOUGH) {
      fill();
    }
    int code = codes.find(buffer, count);
    count -= code >> 8;
    return code < 0 ? -1 : code & 0xff;
  }

  /**
   * Skips one block of a sequential JPEG; returns false for a code that does not exist or leaves
   * the block.
   */
  boolean skipBlock(HuffmanCodes dc, HuffmanCodes ac) {
    if (count < ENOUGH) {
      fill();
    }
    long bits = buffer;
    int left = count;
    int code = dc.find(bits, left);
    if (code < 0) {
      return false;
    }
    left -= (code >> 8) + (code & 0xff);
    int[] steps = ac.steps();
    int k = 1;
    int step;
    do {
      if (left < ENOUGH) {
        buffer = bits;
        count = left;
        fill();
        bits = buffer;
        left = count;
      }
      step = steps[(int) (bits >>> (left - HuffmanCodes.STEP_BITS)) & STEPS];
      if (step == 0) {
        int longer = ac.find(bits, left);
        if (longer < 0) {
          return false;
        }
        step = HuffmanCodes.step(longer) * 0x10001;
      }
      left -= step & 0xff;
      k += step >> 8 & 0xff;
    } while (k < BLOCK);
    int first = k - (step >> 8 & 0xff) + (step >>> 24);
    if (first >= BLOCK && first < HuffmanCodes.TO_THE_END) { // a second code is the next block's
      k = first;
      left += (step & 0xff) - (step >>> 16 & 0xff);
    }
    buffer = bits;
    count = left;
    return k == BLOCK || k > HuffmanCodes.TO_THE_END;
  }
}

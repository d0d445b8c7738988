package dev.vit4j.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** An ImageIO stream over bytes in memory, without copies, cache or files. */
final class ByteStream extends ImageInputStreamImpl {
  private final byte[] bytes;
  private final boolean strict;

  /**
   * @param strict whether reading beyond the end is an error, for readers that would continue with
   *     zeros
   */
  ByteStream(byte[] bytes, boolean strict) {
    this.bytes = bytes;
    this.strict = strict;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : end();
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    bitOffset = 0;
    int count = (int) Math.min(length, bytes.length - streamPos);
    if (count <= 0) {
      return length == 0 ? 0 : end();
    }
    System.arraycopy(bytes, (int) streamPos, to, offset, count);
    streamPos += count;
    return count;
  }

  private int end() throws IOException {
    if (strict) {
      throw new IOException("the pixels are truncated");
    }
    return -1;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}

package dev.vit4j.image;

import dev.vit4j.format.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Decodes pictures that were damaged at random, in a process of its own: {@code FOLDER COUNT SEED}.
 * Each must give a picture or a {@link FormatException}; anything else ends the process with 1, a
 * picture that takes {@link #HANG_SECONDS} with 2.
 */
public final class MutatedPictures {
  private static final int HANG_SECONDS = 60;
  private static final int HEADER = 64;
  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_FRAME = 12;

  private final SplittableRandom random;
  private final List<List<byte[]>> originals; // by format

  private MutatedPictures(List<List<byte[]>> originals, SplittableRandom random) {
    this.originals = originals;
    this.random = random;
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    List<List<byte[]>> originals = originals(Path.of(args[0]));
    int count = Integer.parseInt(args[1]);
    long seed = Long.parseLong(args[2]);
    int pictures = 0;
    long slowest = 0;
    for (int i = 0; i < count; i++) {
      byte[] bytes = new MutatedPictures(originals, new SplittableRandom(seed + i)).next();
      long start = System.nanoTime();
      pictures += decode(bytes, seed + i) ? 1 : 0;
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    System.out.printf(
        "%d mutated pictures: %d decoded, %d refused, the slowest took %d ms%n",
        count, pictures, count - pictures, slowest / 1_000_000);
  }

  private static List<List<byte[]>> originals(Path folder) throws IOException {
    List<List<byte[]>> originals = new ArrayList<>();
    for (String format : List.of("png", "jpg", "gif", "bmp", "webp")) {
      List<byte[]> some = new ArrayList<>();
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith("." + format)).sorted().toList()) {
          some.add(Files.readAllBytes(file));
        }
      }
      originals.add(some);
    }
    return originals;
  }

  private static boolean decode(byte[] bytes, long seed) {
    Thread watch = new Thread(() -> watch(seed));
    watch.setDaemon(true);
    watch.start();
    try {
      Image.decode(bytes, "picture " + seed, Image.maxPixels());
      return true;
    } catch (FormatException e) {
      return false;
    } catch (Throwable e) {
      System.out.println("picture of seed " + seed + " gave " + e);
      System.exit(1);
      return false;
    } finally {
      watch.interrupt();
    }
  }

  private static void watch(long seed) {
    try {
      Thread.sleep(1000L * HANG_SECONDS);
      System.out.println("picture of seed " + seed + " hangs");
      Runtime.getRuntime().halt(2);
    } catch (InterruptedException e) {
      // it was done in time
    }
  }

  private byte[] next() {
    byte[] bytes = any().clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      bytes = mutated(bytes);
    }
    return random.nextBoolean() ? withChecksums(bytes) : bytes;
  }

  private byte[] any() {
    List<byte[]> some = originals.get(random.nextInt(originals.size()));
    return some.get(random.nextInt(some.size()));
  }

  private byte[] mutated(byte[] bytes) {
    return switch (random.nextInt(6)) {
      case 0 -> flipped(bytes, bytes.length);
      case 1 -> flipped(bytes, Math.min(bytes.length, HEADER));
      case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 3 -> spliced(bytes, any());
      case 4 -> lying(bytes, Math.min(bytes.length, HEADER));
      default -> lying(bytes, bytes.length);
    };
  }

  private byte[] flipped(byte[] bytes, int end) {
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** Starts as one picture and goes on as another. */
  private byte[] spliced(byte[] start, byte[] rest) {
    int length = random.nextInt(start.length + 1);
    int from = random.nextInt(rest.length + 1);
    byte[] out = Arrays.copyOf(start, length + rest.length - from);
    System.arraycopy(rest, from, out, length, rest.length - from);
    return out;
  }

  /** Writes a number that is likely to be out of range where a size or an offset may stand. */
  private byte[] lying(byte[] bytes, int end) {
    int[] lies = {0, 1, 255, 4096, 9000, 20_000, 65_535, 1 << 24, Integer.MAX_VALUE, -1, -2};
    int lie = lies[random.nextInt(lies.length)];
    if (end < 4) {
      return bytes;
    }
    ByteBuffer to =
        ByteBuffer.wrap(bytes)
            .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (random.nextBoolean()) {
      to.putInt(random.nextInt(end - 3), lie);
    } else {
      to.putShort(random.nextInt(end - 1), (short) lie);
    }
    return bytes;
  }

  /** Right checksums, so that a PNG's lies reach the decoder. */
  private static byte[] withChecksums(byte[] bytes) {
    ByteBuffer png = ByteBuffer.wrap(bytes);
    int at = PNG_SIGNATURE;
    while (PngChunks.matches(bytes) && at + PNG_FRAME <= bytes.length) {
      int length = png.getInt(at);
      if (length < 0 || length > bytes.length - at - PNG_FRAME) {
        break;
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, at + 4, length + 4);
      png.putInt(at + 8 + length, (int) crc.getValue());
      at += length + PNG_FRAME;
    }
    return bytes;
  }
}

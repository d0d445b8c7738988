package dev.vit4j.bench;

import dev.vit4j.format.FormatException;
import dev.vit4j.image.Image;
import dev.vit4j.image.PixelDecoders;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Decodes damaged JPEG and WebP files: {@code FOLDER COUNT OUT}. Each must give an image or a
 * {@link FormatException}; anything else ends the process with 1. OUT gets a line for each file:
 * its format, and its pixels' size and checksum or "refused". File number i depends only on i and
 * the folder. The last line of the output is the largest resident memory, in MB (on Linux).
 */
public final class FuzzDecoder {
  private static final long MOST_PIXELS = 2_000_000;
  private static final int HEADER = 700; // bytes, in which most of the tables lie

  private final List<byte[]> originals;
  private final SplittableRandom random;

  private FuzzDecoder(List<byte[]> originals, SplittableRandom random) {
    this.originals = originals;
    this.random = random;
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    List<byte[]> originals = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*\\.(jpg|webp)")).sorted().toList()) {
        originals.add(Files.readAllBytes(file));
      }
    }
    int count = Integer.parseInt(args[1]);
    int images = 0;
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(args[2]))) {
      for (int i = 0; i < count; i++) {
        byte[] file = new FuzzDecoder(originals, new SplittableRandom(i)).next();
        String line = answerOfNewThread(file, i);
        images += line.contains("Image") ? 1 : 0;
        out.write(line);
        out.newLine();
      }
    }
    System.out.printf(
        "%d damaged files: %d decoded, %d refused, by %s%n",
        count, images, count - images, PixelDecoders.description());
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      String peak = Files.readString(status).replaceAll("(?s).*VmHWM:\\s*(\\d+) kB.*", "$1");
      System.out.println(Long.parseLong(peak) / 1024);
    }
  }

  /** The JDK's reader of a thread decodes files without tables with those of the file before. */
  private static String answerOfNewThread(byte[] file, int i) {
    AtomicReference<String> answer = new AtomicReference<>("");
    Thread thread = new Thread(() -> answer.set(answer(file, i)));
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return answer.get();
  }

  private static String answer(byte[] file, int i) {
    String format = file.length > 0 && file[0] == 'R' ? "WebP" : "JPEG";
    try {
      Image image = Image.decode(file, "file " + i, MOST_PIXELS);
      CRC32C sum = new CRC32C();
      sum.update(image.pixels());
      return "%s %s %d".formatted(format, image, sum.getValue());
    } catch (FormatException e) {
      return format + " refused";
    } catch (Throwable e) {
      System.err.println("file " + i + " gave " + e);
      System.exit(1);
      return "";
    }
  }

  private byte[] next() {
    byte[] file = any().clone();
    int changes = random.nextInt(4); // some files stay whole
    for (int i = 0; i < changes && file.length > 0; i++) {
      file = changed(file);
    }
    return file;
  }

  private byte[] any() {
    return originals.get(random.nextInt(originals.size()));
  }

  private byte[] changed(byte[] file) {
    int header = Math.min(file.length, HEADER);
    return switch (random.nextInt(7)) {
      case 0 -> flipped(file, file.length);
      case 1 -> flipped(file, header);
      case 2 -> Arrays.copyOf(file, random.nextInt(file.length));
      case 3 -> joined(file, random.nextInt(file.length), any());
      case 4 -> { // a piece is missing
        int from = random.nextInt(file.length);
        int to = Math.min(file.length, from + 1 + random.nextInt(16));
        yield joined(Arrays.copyOf(file, from), from, Arrays.copyOfRange(file, to, file.length), 0);
      }
      case 5 -> valued(file, header);
      default -> valued(file, file.length);
    };
  }

  private byte[] flipped(byte[] file, int end) {
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      file[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    return file;
  }

  private byte[] valued(byte[] file, int end) {
    byte[] values = {0, 1, 2, 15, 16, 63, 64, 127, (byte) 128, (byte) 0xd9, (byte) 0xfe, -1};
    file[random.nextInt(end)] = values[random.nextInt(values.length)];
    return file;
  }

  private byte[] joined(byte[] start, int length, byte[] rest) {
    return joined(start, length, rest, random.nextInt(rest.length));
  }

  private static byte[] joined(byte[] start, int length, byte[] rest, int from) {
    byte[] out = Arrays.copyOf(start, length + rest.length - from);
    System.arraycopy(rest, from, out, length, rest.length - from);
    return out;
  }
}

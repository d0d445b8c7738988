package dev.vit4j.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Writes an event file that TensorBoard reads: scalars and images over steps.
 *
 * <p>The file is a sequence of TFRecords; numbers are little-endian:
 *
 * <pre>
 * uint64  length of the payload
 * uint32  masked CRC-32C of these 8 bytes
 * byte[]  payload: one Event message
 * uint32  masked CRC-32C of the payload
 * masked(crc) = (crc rotated right by 15 bits) + 0xa282ead8
 *
 * Event    1 double wall_time (seconds)   2 int64 step   3 string file_version
 *          5 Summary summary              7 SessionLog session_log
 * Summary  1 repeated Value: 1 string tag   2 float simple_value   4 Image image
 * Image    1 int32 height   2 int32 width   3 int32 colorspace (3: RGB)   4 bytes PNG
 * SessionLog  1 enum status (1: START)
 * </pre>
 *
 * <p>The first event has the file version {@code brain.Event:2}. A START event discards all that
 * earlier files in the folder contain for its step and later ones; a resumed training thus
 * continues in a new file without duplicates. Files are read in the order of their names {@code
 * events.out.tfevents.SECONDS.HOST.PID.vit4j}; a new file's seconds are higher than all others'.
 *
 * <p>Unlike other files of this library, it grows in place, as its readers expect; after a kill its
 * last record may be truncated, and readers skip it.
 */
public final class TensorBoardEvents implements AutoCloseable {
  private static final String PREFIX = "events.out.tfevents.";
  private static final String VERSION = "brain.Event:2";
  private static final int START = 1;
  private static final int RGB = 3;

  private final Path file;
  private final InstantSource clock;
  private final OutputStream out;

  private TensorBoardEvents(Path file, InstantSource clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
  }

  /**
   * Creates a new file in a folder.
   *
   * @param clock for the file name and the events' times
   * @throws IOException if the file cannot be written
   */
  public static TensorBoardEvents create(Path folder, InstantSource clock) throws IOException {
    long seconds = Math.max(clock.millis() / 1000, latest(folder) + 1);
    Path file =
        folder.resolve(
            "%s%010d.%s.%d.vit4j"
                .formatted(PREFIX, seconds, host(), ProcessHandle.current().pid()));
    try {
      TensorBoardEvents events = new TensorBoardEvents(file, clock);
      events.write(events.event(0).text(3, VERSION));
      return events;
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** The latest seconds in the folder's file names; 0 without files. */
  private static long latest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(name -> name.startsWith(PREFIX))
          .map(name -> name.substring(PREFIX.length()).split("\\.", 2)[0])
          .filter(seconds -> seconds.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong)
          .max()
          .orElse(0);
    }
  }

  /** Host name from the environment, since resolving it over the network can be slow. */
  private static String host() {
    return Stream.of("HOSTNAME", "COMPUTERNAME")
        .map(System::getenv)
        .filter(name -> name != null && name.matches("[A-Za-z0-9.-]{1,64}"))
        .findFirst()
        .orElse("localhost");
  }

  /** Discards what earlier files contain for this step and later ones. */
  public void restart(long step) throws IOException {
    put(event(step).message(7, new ProtoMessage().number(1, START)));
  }

  /** Writes a scalar; values that are not finite are skipped. */
  public void scalar(String tag, long step, double value) throws IOException {
    if (Double.isFinite(value)) {
      put(summary(step, new ProtoMessage().text(1, tag).decimal(2, (float) value)));
    }
  }

  /**
   * Writes an image.
   *
   * @param png the encoded PNG file, RGB
   */
  public void image(String tag, long step, int width, int height, byte[] png) throws IOException {
    ProtoMessage image =
        new ProtoMessage().number(1, height).number(2, width).number(3, RGB).raw(4, png);
    put(summary(step, new ProtoMessage().text(1, tag).message(4, image)));
  }

  /** Flushes all events to the operating system, so that readers see them. */
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private ProtoMessage event(long step) {
    ProtoMessage event = new ProtoMessage().decimal(1, clock.millis() / 1e3);
    return step == 0 ? event : event.number(2, step);
  }

  private ProtoMessage summary(long step, ProtoMessage value) {
    return event(step).message(5, new ProtoMessage().message(1, value));
  }

  private void put(ProtoMessage event) throws IOException {
    try {
      write(event);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private void write(ProtoMessage event) throws IOException {
    byte[] payload = event.toBytes();
    byte[] length = little(Long.BYTES).putLong(payload.length).array();
    out.write(length);
    out.write(little(Integer.BYTES).putInt(masked(length)).array());
    out.write(payload);
    out.write(little(Integer.BYTES).putInt(masked(payload)).array());
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static IOException failure(Path file, IOException e) {
    return e instanceof FileAlreadyExistsException
        ? new IOException(file + ": another training run is writing to this folder", e)
        : new IOException(file + ": cannot be written: " + FormatException.words(e), e);
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }
}

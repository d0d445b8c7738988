package dev.vit4j.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Reads event files back, written from the format's description and not from the writer. */
public final class EventReader {
  /** One event; what it does not have is empty, 0 or NaN. */
  public record Event(
      double wallTime,
      long step,
      String version,
      boolean start,
      String tag,
      float value,
      int width,
      int height,
      byte[] png) {}

  private final ByteBuffer in;

  private EventReader(ByteBuffer in) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The files of a folder in TensorBoard's order. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().contains("tfevents")).sorted().toList();
    }
  }

  /** All whole records of a file; a last one that is cut off is passed over, as readers do. */
  public static List<Event> read(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (all.remaining() >= 12) {
      byte[] head = new byte[8];
      all.get(all.position(), head);
      long length = all.getLong();
      assertThat(all.getInt()).as("CRC of the length").isEqualTo(masked(head));
      if (all.remaining() < length + 4) {
        break;
      }
      byte[] payload = new byte[(int) length];
      all.get(payload);
      assertThat(all.getInt()).as("CRC of the payload").isEqualTo(masked(payload));
      events.add(new EventReader(ByteBuffer.wrap(payload)).event());
    }
    return events;
  }

  /** What a viewer shows of a folder: each START drops what earlier files say from its step on. */
  public static List<Event> shown(Path folder) throws IOException {
    List<Event> shown = new ArrayList<>();
    for (Path file : files(folder)) {
      for (Event e : read(file)) {
        if (e.start()) {
          shown.removeIf(old -> old.step() >= e.step());
        } else if (!e.tag().isEmpty()) {
          shown.add(e);
        }
      }
    }
    return shown;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long c = crc.getValue();
    return (int) (((c >>> 15) | (c << 17)) + 0xa282ead8L);
  }

  private Event event() {
    double wallTime = 0;
    long step = 0;
    String version = "";
    boolean start = false;
    String tag = "";
    float value = Float.NaN;
    int width = 0;
    int height = 0;
    byte[] png = {};
    while (in.hasRemaining()) {
      switch ((int) varint()) {
        case 1 << 3 | 1 -> wallTime = in.getDouble();
        case 2 << 3 -> step = varint();
        case 3 << 3 | 2 -> version = new String(bytes(), StandardCharsets.UTF_8);
        case 7 << 3 | 2 -> start = bytes()[1] == 1; // 08 01
        case 5 << 3 | 2 -> {
          EventReader v = inner(inner(this).tagged(1));
          tag = new String(v.tagged(1), StandardCharsets.UTF_8);
          switch ((int) v.varint()) {
            case 2 << 3 | 5 -> value = v.in.getFloat();
            case 4 << 3 | 2 -> {
              EventReader image = inner(v.bytes());
              image.varint();
              height = (int) image.varint();
              image.varint();
              width = (int) image.varint();
              assertThat(image.varint()).isEqualTo(3 << 3);
              assertThat(image.varint()).as("colour space").isEqualTo(3);
              png = image.tagged(4);
            }
            default -> throw new AssertionError("a value of another kind");
          }
        }
        default -> throw new AssertionError("an unknown field");
      }
    }
    return new Event(wallTime, step, version, start, tag, value, width, height, png);
  }

  private static EventReader inner(EventReader outer) {
    return inner(outer.bytes());
  }

  private static EventReader inner(byte[] bytes) {
    return new EventReader(ByteBuffer.wrap(bytes));
  }

  private byte[] tagged(int field) {
    assertThat(varint()).isEqualTo(field << 3 | 2);
    return bytes();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[(int) varint()];
    in.get(bytes);
    return bytes;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}

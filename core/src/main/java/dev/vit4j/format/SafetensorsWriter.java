package dev.vit4j.format;

import dev.vit4j.format.Safetensors.Entry;
import dev.vit4j.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** Writes the format of {@link Safetensors}. */
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  /** The reference writer's order by alignment: types late in this list come first in the file. */
  private static final List<DType> ORDER =
      List.of(
          DType.BOOL,
          DType.U8,
          DType.I8,
          DType.F8_E5M2,
          DType.F8_E4M3,
          DType.I16,
          DType.U16,
          DType.F16,
          DType.BF16,
          DType.I32,
          DType.U32,
          DType.F32,
          DType.F64,
          DType.I64,
          DType.U64);

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

  private SafetensorsWriter() {}

  static void write(Path file, List<Entry> tensors, Map<String, String> metadata)
      throws IOException {
    check(tensors);
    List<Entry> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((Entry e) -> -ORDER.indexOf(e.dtype())).thenComparing(Entry::name));
    byte[] header = header(ordered, metadata);
    AtomicFile.write(file, out -> write(out, header, ordered));
  }

  static void check(List<Entry> tensors) {
    Set<String> names = new HashSet<>();
    for (Entry entry : tensors) {
      check(entry);
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("tensor '" + entry.name() + "' occurs twice");
      }
    }
  }

  private static void check(Entry entry) {
    String name = entry.name();
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named '" + name + "'");
    }
    long bytes = TensorInfo.count(entry.shape()) * entry.dtype().bytes();
    if (bytes != entry.littleEndianData().remaining()) {
      throw new IllegalArgumentException(
          "tensor '%s': %s%s needs %d bytes, its buffer has %d"
              .formatted(
                  name,
                  entry.dtype(),
                  Arrays.toString(entry.shape()),
                  bytes,
                  entry.littleEndianData().remaining()));
    }
  }

  private static byte[] header(List<Entry> ordered, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName(SafetensorsHeader.METADATA);
        json.writeStartObject();
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (Entry entry : ordered) {
        long end = begin + entry.littleEndianData().remaining();
        json.writeName(entry.name());
        json.writeStartObject();
        json.writeStringProperty("dtype", entry.dtype().name());
        json.writeName("shape");
        json.writeArray(entry.shape(), 0, entry.shape().length);
        json.writeName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void write(OutputStream out, byte[] header, List<Entry> ordered)
      throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(prefix.putLong(0, header.length).array());
    out.write(header);
    WritableByteChannel channel = Channels.newChannel(out);
    for (Entry entry : ordered) {
      ByteBuffer data = entry.littleEndianData().duplicate();
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }
  }
}

package dev.vit4j.format;

import dev.vit4j.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * The parsed and checked JSON header of a {@link Safetensors} file.
 *
 * @param tensors in the order of their data
 * @param metadata in file order
 */
record SafetensorsHeader(List<Placed> tensors, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** Sufficient for name → info → shape; limits recursion. */
  private static final int MAX_NESTING = 16;

  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(100_000_000)
                  .maxNumberLength(40)
                  .build())
          .build();

  /**
   * A tensor and the location of its bytes.
   *
   * @param begin offset of its first byte in the file's data section
   * @param end offset after its last byte
   */
  record Placed(TensorInfo info, long begin, long end) {
    String name() {
      return info.name();
    }
  }

  /**
   * @param jsonStart offset of {@code json} in the file, for messages
   * @param dataBytes number of bytes after the header
   */
  static SafetensorsHeader parse(String source, long jsonStart, byte[] json, long dataBytes)
      throws FormatException {
    checkText(source, jsonStart, json);
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      return new Reader(source, jsonStart, parser).header(dataBytes);
    } catch (JacksonException e) {
      throw new FormatException(source, at(jsonStart, e.getLocation()), FormatException.words(e));
    }
  }

  /**
   * Checks the encoding: Jackson would skip a byte-order mark, detect UTF-16 and accept overlong
   * forms.
   */
  private static void checkText(String source, long start, byte[] json) throws FormatException {
    if (json.length == 0 || json[0] != '{') {
      throw new FormatException(source, start, "the header does not begin with '{'");
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] == 0) {
        throw new FormatException(source, start + i, "a zero byte in the header");
      }
    }
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(json);
    CharBuffer scratch = CharBuffer.allocate(4096);
    CoderResult result;
    do {
      result = utf8.decode(in, scratch.clear(), true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw new FormatException(source, start + in.position(), "the header is not UTF-8");
    }
  }

  private static long at(long start, @Nullable TokenStreamLocation location) {
    return location == null || location.getByteOffset() < 0 ? -1 : start + location.getByteOffset();
  }

  /** Parses the tokens in one pass, without building a tree. */
  private static final class Reader {
    private final String source;
    private final long start;
    private final JsonParser parser;
    private final List<Placed> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Reader(String source, long start, JsonParser parser) {
      this.source = source;
      this.start = start;
      this.parser = parser;
    }

    SafetensorsHeader header(long dataBytes) throws FormatException {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = text(parser.currentName());
        expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
        if (name.equals(METADATA)) {
          readMetadata();
        } else {
          tensors.add(readTensor(name));
        }
      }
      if (parser.nextToken() != null) {
        throw wrong("something follows the header's last '}'");
      }
      return new SafetensorsHeader(covering(dataBytes), Collections.unmodifiableMap(metadata));
    }

    private void readMetadata() throws FormatException {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = text(parser.currentName());
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "text");
        metadata.put(key, text(parser.getString()));
      }
    }

    private Placed readTensor(String name) throws FormatException {
      DType dtype = null;
      long[] shape = null;
      long[] range = null;
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "dtype" -> dtype = dtype(value);
          case "shape" -> shape = sizes(value);
          case "data_offsets" -> range = sizes(value);
          default -> parser.skipChildren(); // the reference reader also ignores unknown fields
        }
      }
      if (dtype == null || shape == null || range == null) {
        throw wrong("tensor '" + name + "' lacks its dtype, shape or data_offsets");
      }
      return checked(name, dtype, shape, range);
    }

    private DType dtype(@Nullable JsonToken value) throws FormatException {
      expect(value, JsonToken.VALUE_STRING, "text");
      String name = parser.getString();
      for (DType dtype : DType.values()) {
        if (dtype.name().equals(name)) {
          return dtype;
        }
      }
      throw wrong("unknown dtype '" + name + "': use one of " + Arrays.toString(DType.values()));
    }

    private long[] sizes(@Nullable JsonToken value) throws FormatException {
      expect(value, JsonToken.START_ARRAY, "an array");
      long[] sizes = new long[4];
      int n = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "a whole number");
        long size = parser.getLongValue();
        if (size < 0) {
          throw wrong("a negative size: " + size);
        }
        if (n == sizes.length) {
          sizes = Arrays.copyOf(sizes, 2 * n);
        }
        sizes[n++] = size;
      }
      return Arrays.copyOf(sizes, n);
    }

    private Placed checked(String name, DType dtype, long[] shape, long[] range)
        throws FormatException {
      if (range.length != 2 || range[0] > range[1]) {
        throw wrong("tensor '%s': data_offsets are [begin, end]".formatted(name));
      }
      TensorInfo info = new TensorInfo(name, dtype, shape);
      long bytes;
      try {
        bytes = info.bytes();
      } catch (ArithmeticException e) {
        throw wrong("tensor '%s': shape %s is too large".formatted(name, Arrays.toString(shape)));
      }
      if (bytes != range[1] - range[0]) {
        throw wrong(
            "tensor '%s': %s%s needs %d bytes, its data_offsets give it %d"
                .formatted(name, dtype, Arrays.toString(shape), bytes, range[1] - range[0]));
      }
      return new Placed(info, range[0], range[1]);
    }

    private List<Placed> covering(long dataBytes) throws FormatException {
      tensors.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
      long end = 0;
      for (Placed t : tensors) {
        if (t.begin() != end) {
          String what =
              t.begin() < end ? "overlaps the tensor before it" : "leaves a gap before it";
          throw wrong("tensor '%s' %s".formatted(t.name(), what));
        }
        end = t.end();
      }
      if (end != dataBytes) {
        throw wrong("the tensors cover %d bytes, the file has %d".formatted(end, dataBytes));
      }
      return List.copyOf(tensors);
    }

    private String text(String s) throws FormatException {
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(s)) {
        throw wrong("half a surrogate pair in a text");
      }
      return s;
    }

    private void expect(@Nullable JsonToken found, JsonToken wanted, String words)
        throws FormatException {
      if (found != wanted) {
        throw wrong("expected " + words + " here");
      }
    }

    private FormatException wrong(String reason) {
      return new FormatException(source, at(start, parser.currentTokenLocation()), reason);
    }
  }
}

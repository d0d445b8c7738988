package dev.vit4j.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Parses requests of the Open Inference Protocol. Numbers go into an array as they are read, since
 * a tree of them would take ten times the memory; arrays in arrays are flattened row by row.
 */
final class V2Reader {
  private static final int MOST_ENTRIES = 64; // inputs, outputs, parameters, dimensions

  private final byte[] body;
  private final int jsonLength;
  private int binaryAt;
  private @Nullable String id;
  private Map<String, Object> parameters = Map.of();
  private final List<V2Request.Input> inputs = new ArrayList<>();
  private final List<V2Request.Output> outputs = new ArrayList<>();

  V2Reader(byte[] body, int jsonLength) {
    this.body = body;
    this.jsonLength = jsonLength;
    this.binaryAt = jsonLength;
  }

  /** Reads the request; throws a {@link Problem} with status 400. */
  V2Request read() {
    try (JsonParser parser = RequestJson.parser(body, jsonLength)) {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "the body must be a JSON object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        member(parser, parser.currentName());
      }
      if (parser.nextToken() != null) {
        throw bad("there is more after the JSON object");
      }
    } catch (JacksonException e) {
      throw RequestJson.problem(e);
    }
    if (inputs.isEmpty()) {
      throw bad("there are no inputs");
    }
    if (binaryAt != body.length) {
      throw bad(
          "%d bytes follow the JSON, but the inputs declare %d"
              .formatted(body.length - jsonLength, binaryAt - jsonLength));
    }
    return new V2Request(id, parameters, List.copyOf(inputs), List.copyOf(outputs));
  }

  private void member(JsonParser parser, String name) {
    JsonToken token = parser.nextToken();
    switch (name) {
      case "id" -> id = text(parser, name);
      case "parameters" -> parameters = parameters(parser);
      case "inputs" -> {
        expect(token, JsonToken.START_ARRAY, "inputs must be an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          requireFew(inputs.size());
          inputs.add(input(parser));
        }
      }
      case "outputs" -> {
        expect(token, JsonToken.START_ARRAY, "outputs must be an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          requireFew(outputs.size());
          outputs.add(output(parser));
        }
      }
      default -> parser.skipChildren();
    }
  }

  private V2Request.Input input(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "an input must be an object");
    String name = "";
    String datatype = "";
    List<Long> shape = null;
    Data data = new Data();
    Map<String, Object> own = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "name" -> name = text(parser, member);
        case "datatype" -> datatype = text(parser, member);
        case "shape" -> shape = shape(parser);
        case "parameters" -> own = parameters(parser);
        case "data" -> data.read(parser);
        default -> parser.skipChildren();
      }
    }
    if (shape == null) {
      throw bad("input '%s' has no shape".formatted(name));
    }
    byte[] binary = binary(name, own.get(V2Request.BINARY_SIZE));
    if ((binary != null) == data.given) {
      throw bad("input '%s' must have either data or binary_data_size".formatted(name));
    }
    return new V2Request.Input(name, datatype, shape, data.numbers(), data.texts(), binary);
  }

  private byte @Nullable [] binary(String name, @Nullable Object size) {
    if (size == null) {
      return null;
    }
    if (!(size instanceof Long bytes) || bytes < 0 || bytes > body.length - binaryAt) {
      throw bad(
          "input '%s' declares binary_data_size %s, but %d bytes are left"
              .formatted(name, size, body.length - binaryAt));
    }
    int from = binaryAt;
    binaryAt += (int) (long) bytes;
    return Arrays.copyOfRange(body, from, binaryAt);
  }

  private V2Request.Output output(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "an output must be an object");
    String name = "";
    Map<String, Object> own = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "name" -> name = text(parser, member);
        case "parameters" -> own = parameters(parser);
        default -> parser.skipChildren();
      }
    }
    Object binary = own.get(V2Request.BINARY_DATA);
    return new V2Request.Output(name, binary == null ? null : Boolean.TRUE.equals(binary));
  }

  private static List<Long> shape(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_ARRAY, "a shape must be an array");
    List<Long> shape = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      requireFew(shape.size());
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "a shape has integers");
      shape.add(parser.getLongValue());
    }
    return shape;
  }

  /** Reads scalars; others are left out. */
  private static Map<String, Object> parameters(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "parameters must be an object");
    Map<String, Object> all = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      requireFew(all.size());
      String name = parser.currentName();
      switch (parser.nextToken()) {
        case VALUE_STRING -> all.put(name, parser.getString());
        case VALUE_NUMBER_INT -> all.put(name, parser.getLongValue());
        case VALUE_NUMBER_FLOAT -> all.put(name, finite(parser.getDoubleValue()));
        case VALUE_TRUE -> all.put(name, true);
        case VALUE_FALSE -> all.put(name, false);
        default -> parser.skipChildren();
      }
    }
    return all;
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw bad("a number is too large");
    }
    return value;
  }

  private static String text(JsonParser parser, String name) {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, name + " must be a text");
    return parser.getString();
  }

  private static void expect(@Nullable JsonToken token, JsonToken wanted, String message) {
    if (token != wanted) {
      throw bad(message);
    }
  }

  private static void requireFew(int size) {
    if (size >= MOST_ENTRIES) {
      throw bad("more than %d inputs, outputs, parameters or dimensions".formatted(MOST_ENTRIES));
    }
  }

  private static Problem bad(String message) {
    return new Problem(Problem.BAD_REQUEST, message);
  }

  /** The data of an input: numbers or texts, in any arrays. */
  private static final class Data {
    private boolean given;
    private float[] numbers = new float[0];
    private int count;
    private final List<String> texts = new ArrayList<>();

    void read(JsonParser parser) {
      expect(parser.currentToken(), JsonToken.START_ARRAY, "data must be an array");
      given = true;
      for (int depth = 1; depth > 0; ) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw bad("the JSON ends within data");
        }
        switch (token) {
          case START_ARRAY -> depth++;
          case END_ARRAY -> depth--;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add((float) parser.getDoubleValue());
          case VALUE_STRING -> texts.add(parser.getString());
          default -> throw bad("data must be numbers or texts");
        }
      }
    }

    private void add(float value) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.max(1024, 2 * count));
      }
      numbers[count++] = value;
    }

    float @Nullable [] numbers() {
      return given && texts.isEmpty() ? Arrays.copyOf(numbers, count) : null;
    }

    @Nullable List<String> texts() {
      return given && count == 0 ? texts : null;
    }
  }
}

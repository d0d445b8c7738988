package dev.vit4j.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of the Open Inference Protocol.
 *
 * @param id given back in the response; null for none
 * @param parameters scalars; those that are not of the protocol are given back
 * @param inputs at least one
 * @param outputs what is asked for; empty for all
 */
record V2Request(
    @Nullable String id, Map<String, Object> parameters, List<Input> inputs, List<Output> outputs) {
  static final String BINARY_SIZE = "binary_data_size";
  static final String BINARY_DATA = "binary_data";
  static final String BINARY_OUTPUT = "binary_data_output";

  /**
   * An input tensor; its data are JSON numbers, JSON texts, or bytes after the JSON.
   *
   * @param binary bytes, if there were such
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Input(
      String name,
      String datatype,
      List<Long> shape,
      float @Nullable [] numbers,
      @Nullable List<String> texts,
      byte @Nullable [] binary) {
    /**
     * Returns the number of elements that the shape declares.
     *
     * @throws Problem with status 400 if it is negative or does not fit
     */
    int elements() {
      long product = 1;
      for (long side : shape) {
        if (side < 0) {
          throw bad("the shape has a negative number");
        }
        product = side == 0 || product <= Integer.MAX_VALUE / side ? product * side : -1;
        if (product < 0) {
          throw bad("the shape is too large");
        }
      }
      return (int) product;
    }

    /** An answer that names the input. */
    Problem bad(String reason) {
      return new Problem(Problem.BAD_REQUEST, "input '%s': %s".formatted(name, reason));
    }
  }

  /**
   * An output that is asked for.
   *
   * @param binary whether its data are bytes after the JSON; null for the default of the request
   */
  record Output(String name, @Nullable Boolean binary) {}

  /**
   * Reads a request.
   *
   * @param body JSON, then the bytes of the inputs that have {@code binary_data_size}
   * @param headerLength value of the header Inference-Header-Content-Length; empty if all is JSON
   * @throws Problem with status 400
   */
  static V2Request read(byte[] body, String headerLength) {
    int length = body.length;
    if (!headerLength.isEmpty()) {
      if (!headerLength.matches("\\d{1,9}") || Integer.parseInt(headerLength) > body.length) {
        throw new Problem(
            Problem.BAD_REQUEST,
            "Inference-Header-Content-Length is '%s' in a body of %d bytes"
                .formatted(headerLength, body.length));
      }
      length = Integer.parseInt(headerLength);
    }
    return new V2Reader(body, length).read();
  }

  /** Returns the parameters that are no part of the protocol. */
  Map<String, Object> ownParameters() {
    Map<String, Object> own = new LinkedHashMap<>(parameters);
    own.remove(BINARY_OUTPUT);
    return own;
  }

  /** Returns whether an output's data are bytes after the JSON. */
  boolean isBinary(Output output) {
    return output.binary() == null
        ? Boolean.TRUE.equals(parameters.get(BINARY_OUTPUT))
        : output.binary();
  }

  /** Returns the outputs that are asked for, all of the given ones if none is named. */
  List<Output> outputsOf(List<String> known) {
    if (outputs.isEmpty()) {
      return known.stream().map(name -> new Output(name, null)).toList();
    }
    List<String> seen = new ArrayList<>();
    for (Output output : outputs) {
      if (!known.contains(output.name()) || seen.contains(output.name())) {
        throw new Problem(
            Problem.BAD_REQUEST,
            "output '%s' %s: use %s"
                .formatted(
                    output.name(),
                    seen.contains(output.name()) ? "is asked for twice" : "is not known",
                    known.isEmpty() ? "another model" : String.join(", ", known)));
      }
      seen.add(output.name());
    }
    return outputs;
  }
}

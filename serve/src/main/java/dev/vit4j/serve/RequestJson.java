package dev.vit4j.serve;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the JSON of requests within limits of depth, of the length of numbers and names, and of the
 * number of values, so that the memory is a small multiple of the body.
 */
final class RequestJson {
  private static final int DEPTH = 32;
  private static final int NUMBER = 100; // characters
  private static final int NAME = 1000; // characters
  private static final long TOKENS = 500_000; // of a tree, of about 100 bytes each

  private static final JsonMapper TREES = new JsonMapper(factory(TOKENS));
  private static final JsonFactory STREAMS = factory(Long.MAX_VALUE);

  private RequestJson() {}

  private static JsonFactory factory(long tokens) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEPTH)
                .maxNumberLength(NUMBER)
                .maxNameLength(NAME)
                .maxStringLength(Integer.MAX_VALUE) // the body is bounded
                .maxTokenCount(tokens)
                .build())
        .build();
  }

  /**
   * Returns all of a body.
   *
   * @throws Problem with status 400 if it is no JSON or beyond the limits
   */
  static JsonNode tree(byte[] body) {
    try (JsonParser parser = TREES.createParser(body)) {
      JsonNode tree = TREES.readTree(parser);
      if (tree == null || parser.nextToken() != null) {
        throw new Problem(Problem.BAD_REQUEST, "the body must be one JSON value");
      }
      return tree;
    } catch (JacksonException e) {
      throw problem(e);
    }
  }

  /**
   * Returns an object.
   *
   * @throws Problem with status 400 as {@link #tree}, or if it is something else
   */
  static JsonNode object(byte[] body) {
    JsonNode tree = tree(body);
    if (!tree.isObject()) {
      throw new Problem(Problem.BAD_REQUEST, "the body must be a JSON object");
    }
    return tree;
  }

  /** Returns a parser for values that are read one by one. */
  static JsonParser parser(byte[] body, int length) {
    return STREAMS.createParser(ObjectReadContext.empty(), body, 0, length);
  }

  /** Returns the answer to a body that cannot be parsed. */
  static Problem problem(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    return new Problem(
        Problem.BAD_REQUEST,
        "the body is not JSON: " + message.lines().findFirst().orElse("damaged"));
  }
}

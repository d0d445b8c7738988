package dev.vit4j.serve;

import dev.vit4j.infer.FeatureExtractor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Embeddings and models as OpenAI's clients ask for them. An input is a text, or an image as {@code
 * data:} URL; other URLs are refused, and never fetched.
 */
final class OpenAi {
  private static final int MOST_INPUTS = 2048;
  private static final int NOT_FOUND = 404;

  private final Engine engine;

  OpenAi(Engine engine) {
    this.engine = engine;
  }

  /** Adds the paths; {@code /v1/models} is our own list, which has what OpenAI's has. */
  void addTo(Routes routes) {
    routes
        .add("POST", "/v1/embeddings", face(this::embeddings))
        .add(
            "GET",
            "/v1/models/{model}",
            face(
                call -> Reply.json(ModelsEndpoint.describe(engine.named(call.variable("model"))))));
  }

  /** Returns errors in OpenAI's format. */
  private static Endpoint face(Endpoint endpoint) {
    return call -> {
      try {
        return endpoint.answer(call);
      } catch (IOException | RuntimeException e) {
        return error(Problem.of(e));
      }
    };
  }

  private static Reply error(Problem problem) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", problem.line());
    error.put(
        "type", problem.status() < Problem.INTERNAL ? "invalid_request_error" : "server_error");
    error.put("param", null);
    error.put(
        "code",
        switch (problem.status()) {
          case NOT_FOUND -> "model_not_found";
          case Problem.BUSY -> "overloaded";
          default -> null;
        });
    return Reply.json(problem.status(), Map.of("error", error));
  }

  private Reply embeddings(Call call) {
    if (call.hasUpload()) {
      ServedModel model = engine.of(call);
      List<float[]> vectors = new TopLabels(engine).vectors(call.uploads(), model.embedding());
      return reply(model, vectors, call.flag("normalize"), call.parameter("encoding_format"));
    }
    JsonNode json = call.json();
    JsonNode name = json.path("model");
    ServedModel model = name.isString() ? engine.named(name.stringValue()) : engine.of(call);
    List<String> inputs = inputs(json.path("input"));
    JsonNode dimensions = json.path("dimensions");
    List<float[]> vectors = vectors(call, model, inputs);
    int dim = vectors.get(0).length;
    if (!dimensions.isMissingNode() && !dimensions.isNull() && dimensions.asInt(-1) != dim) {
      throw bad("the vectors of %s have %d dimensions".formatted(model.name(), dim));
    }
    JsonNode format = json.path("encoding_format");
    return reply(
        model,
        vectors,
        call.flag("normalize") || json.path("normalize").asBoolean(false),
        format.isString() ? format.stringValue() : null);
  }

  private static List<String> inputs(JsonNode input) {
    List<String> inputs = new ArrayList<>();
    if (input.isString()) {
      inputs.add(input.stringValue());
    } else if (input.isArray()) {
      for (JsonNode one : input) {
        if (!one.isString()) {
          throw bad(
              one.isNumber() || one.isArray()
                  ? "input has tokens: send texts, which the model's own tokenizer reads"
                  : "input must be a text, a data: URL, or an array of these");
        }
        inputs.add(one.stringValue());
      }
    }
    if (inputs.isEmpty()) {
      throw bad("no input: give a text, a data: URL, or an array of these");
    }
    if (inputs.size() > MOST_INPUTS) {
      throw new Problem(
          Problem.TOO_LARGE, "%d inputs, the limit is %d".formatted(inputs.size(), MOST_INPUTS));
    }
    return inputs;
  }

  /** Computes texts together and images together, in the order of the inputs. */
  private List<float[]> vectors(Call call, ServedModel model, List<String> inputs) {
    List<Upload> uploads = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      String input = inputs.get(i);
      if (EncodedImage.isUrl(input)) {
        uploads.add(new Upload("input " + i, EncodedImage.bytes(input)));
      } else {
        texts.add(input);
      }
    }
    call.setPictures(uploads.size());
    List<float[]> ofTexts =
        texts.isEmpty() ? List.of() : engine.pictures().run(texts, model.texts(), model.batcher());
    List<float[]> ofImages =
        uploads.isEmpty() ? List.of() : new TopLabels(engine).vectors(uploads, model.embedding());
    float[][] all = new float[inputs.size()][];
    int text = 0;
    int image = 0;
    for (int i = 0; i < all.length; i++) {
      all[i] = EncodedImage.isUrl(inputs.get(i)) ? ofImages.get(image++) : ofTexts.get(text++);
    }
    return Arrays.asList(all);
  }

  private static Reply reply(
      ServedModel model, List<float[]> vectors, boolean normalize, @Nullable String format) {
    if (format != null && !format.equals("float") && !format.equals("base64")) {
      throw bad("encoding_format must be float or base64, not '%s'".formatted(format));
    }
    List<Object> data = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      float[] vector = normalize ? FeatureExtractor.normalized(vectors.get(i)) : vectors.get(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("object", "embedding");
      row.put("index", i);
      row.put(
          "embedding",
          "base64".equals(format)
              ? Base64.getEncoder().encodeToString(EncodedImage.littleEndian(vector))
              : vector);
      data.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("object", "list");
    json.put("data", data);
    json.put("model", model.name());
    json.put("usage", Map.of("prompt_tokens", 0, "total_tokens", 0));
    return Reply.json(json);
  }

  private static Problem bad(String message) {
    return new Problem(Problem.BAD_REQUEST, message);
  }
}

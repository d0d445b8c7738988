package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * {@code POST /models/M} as Hugging Face's clients send it: an image as body, or JSON with {@code
 * inputs} (base64, or texts) and {@code parameters}. The task is that of the model: zero-shot with
 * {@code candidate_labels}, segmentation, classification, feature extraction.
 */
final class HuggingFace {
  /** Parameters that would change the answer, and which the models here do not have. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "function_to_apply",
          "threshold",
          "mask_threshold",
          "overlap_mask_area_threshold",
          "dimensions",
          "prompt_name");

  private final Engine engine;
  private final TopLabels labels;

  HuggingFace(Engine engine) {
    this.engine = engine;
    this.labels = new TopLabels(engine);
  }

  /** Adds the path. */
  void addTo(Routes routes) {
    routes.add("POST", "/models/{model}", this::answer);
  }

  private Reply answer(Call call) {
    ServedModel model = engine.named(call.variable("model"));
    if (call.hasUpload()) {
      return ofImage(call, model, call.upload(), MissingNode.getInstance());
    }
    if (!call.type().equals("application/json")) {
      call.uploads(); // says what is missing
    }
    JsonNode json = call.json();
    JsonNode inputs = json.path("inputs");
    JsonNode parameters = json.path("parameters");
    requireSupported(json);
    requireSupported(parameters);
    if (model.capabilities().contains(ServedModel.ZEROSHOT)
        && !parameters.has("candidate_labels")
        && (inputs.isArray() || (inputs.isString() && !isImage(inputs.stringValue())))) {
      return ofTexts(model, texts(inputs), isTrue(json, "normalize"));
    }
    if (!inputs.isString()) {
      throw bad("inputs must be an image in base64" + orTexts(model));
    }
    Upload upload = new Upload("image", EncodedImage.bytes(inputs.stringValue()));
    call.setPictures(1);
    return ofImage(call, model, upload, parameters);
  }

  private static void requireSupported(JsonNode given) {
    for (String name : UNSUPPORTED) {
      if (!given.path(name).isMissingNode() && !given.path(name).isNull()) {
        throw bad("the parameter '%s' is not supported: leave it out".formatted(name));
      }
    }
  }

  private static String orTexts(ServedModel model) {
    return model.capabilities().contains(ServedModel.ZEROSHOT) ? ", a text, or texts" : "";
  }

  /** Texts and images in base64 come in the same field: an image begins as files of images do. */
  private static boolean isImage(String text) {
    if (EncodedImage.isUrl(text)) {
      return true;
    }
    return List.of("/9j/", "iVBORw0KGgo", "R0lGOD", "UklGR", "Qk", "SUkq", "TU0AK").stream()
            .anyMatch(text::startsWith)
        && text.length() > 64
        && text.indexOf(' ') < 0;
  }

  private Reply ofImage(Call call, ServedModel model, Upload upload, JsonNode parameters) {
    if (parameters.has("candidate_labels")) {
      JsonNode template = parameters.path("hypothesis_template");
      return Reply.json(
          rows(
              labels
                  .of(
                      model,
                      List.of(upload),
                      model
                          .zeroShot()
                          .classifier(
                              candidates(parameters.path("candidate_labels")),
                              template.isString() ? template(template.stringValue()) : null,
                              engine.pictures()))
                  .get(0)));
    }
    List<String> can = model.capabilities();
    if (can.contains(ServedModel.SEGMENT)) {
      return segments(model.segmenting(), upload);
    }
    if (can.contains(ServedModel.PREDICT)) {
      return Reply.json(rows(labels.of(model, List.of(upload), topK(call, parameters)).get(0)));
    }
    return Reply.json(labels.vectors(List.of(upload), model.embedding()));
  }

  private static String template(String hypothesis) {
    if (!hypothesis.contains("{}")) {
      throw bad("hypothesis_template must have {} in the place of the label");
    }
    return hypothesis.replace("{}", "{c}");
  }

  private static int topK(Call call, JsonNode parameters) {
    JsonNode asked = parameters.path("top_k");
    if (asked.isMissingNode() || asked.isNull()) {
      return call.number("top_k", PredictEndpoint.TOP_K, 1, PredictEndpoint.MOST_K);
    }
    if (!asked.isInt() || asked.intValue() < 1 || asked.intValue() > PredictEndpoint.MOST_K) {
      throw bad("top_k must be a number from 1 to %d".formatted(PredictEndpoint.MOST_K));
    }
    return asked.intValue();
  }

  private static List<String> candidates(JsonNode given) {
    List<String> all = new ArrayList<>();
    if (given.isString()) {
      all.add(given.stringValue());
    }
    for (JsonNode one : given) {
      if (!one.isString()) {
        throw bad("candidate_labels must be texts");
      }
      all.add(one.stringValue());
    }
    return ZeroShotEndpoint.labels(all);
  }

  private static List<String> texts(JsonNode inputs) {
    List<String> texts = new ArrayList<>();
    if (inputs.isString()) {
      texts.add(inputs.stringValue());
    }
    for (JsonNode one : inputs) {
      if (!one.isString()) {
        throw bad("inputs must be a text, or an array of texts");
      }
      texts.add(one.stringValue());
    }
    if (texts.isEmpty()) {
      throw bad("there are no inputs");
    }
    return texts;
  }

  private Reply ofTexts(ServedModel model, List<String> texts, boolean normalize) {
    List<float[]> vectors = engine.pictures().run(texts, model.texts(), model.batcher());
    return Reply.json(
        normalize ? vectors.stream().map(FeatureExtractor::normalized).toList() : vectors);
  }

  private static boolean isTrue(JsonNode json, String name) {
    return json.path(name).asBoolean(false) || json.path("parameters").path(name).asBoolean(false);
  }

  private static List<Map<String, Object>> rows(List<Prediction> predictions) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Prediction prediction : predictions) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("label", prediction.label());
      row.put("score", prediction.probability());
      rows.add(row);
    }
    return rows;
  }

  /** Returns a mask of each class that occurs, 255 where it is; there is no score, as there. */
  private <A> Reply segments(ServedModel.Masked<A> masked, Upload upload) {
    Pictures.Result<A> result = engine.pictures().run(List.of(upload), masked.work(), true).get(0);
    Problem problem = result.problem();
    if (problem != null) {
      throw problem;
    }
    int[] size = Objects.requireNonNull(result.size());
    A answer = Objects.requireNonNull(result.value());
    return engine
        .pictures()
        .decoding()
        .inTurn(
            () -> {
              Image mask = masked.mask().of(answer, size[1], size[0]); // height, width
              List<Map<String, Object>> rows = new ArrayList<>();
              ClassMasks.of(mask)
                  .forEach(
                      (index, png) -> {
                        Map<String, @Nullable Object> row = new LinkedHashMap<>();
                        row.put("label", masked.classes().get(index));
                        row.put("score", null);
                        row.put("mask", png);
                        rows.add(row);
                      });
              return Reply.json(rows);
            });
  }

  private static Problem bad(String message) {
    return new Problem(Problem.BAD_REQUEST, message);
  }
}

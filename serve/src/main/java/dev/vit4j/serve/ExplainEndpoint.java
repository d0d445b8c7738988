package dev.vit4j.serve;

import dev.vit4j.explain.AttentionMaps;
import dev.vit4j.explain.Explanation;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/explain}: where a model looks, as numbers over a grid of the image. */
final class ExplainEndpoint implements Endpoint {
  private final Engine engine;

  ExplainEndpoint(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reply answer(Call call) throws IOException {
    ServedModel model = engine.of(call);
    List<String> figures = Explaining.figures(model.loaded());
    if (figures.isEmpty()) {
      throw new Problem(
          Problem.BAD_REQUEST, "the model %s has nothing to explain".formatted(model.name()));
    }
    String asked = call.parameter("figure");
    String figure = asked == null || asked.isEmpty() ? figures.get(0) : asked;
    if (!figures.contains(figure)) {
      throw new Problem(
          Problem.BAD_REQUEST,
          "no figure '%s': use one of %s".formatted(figure, String.join(", ", figures)));
    }
    Upload upload = call.upload();
    Image image = engine.pictures().decoding().read(upload, Predictor.Reader::read);
    Explanation seen =
        model.explaining().explain(image, call.parameter("text"), call.parameter("class"));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("source", upload.source());
    json.put("figure", figure);
    float[][] map = map(call, figure, seen, json);
    json.put("grid", List.of(map.length, map[0].length));
    addValues(map, json);
    json.put("size", List.of(image.width(), image.height()));
    if (seen.target() >= 0) {
      json.put("class", seen.target());
    }
    return Reply.json(json);
  }

  private static float[][] map(
      Call call, String figure, Explanation seen, Map<String, Object> json) {
    AttentionMaps attention = seen.attention();
    if (figure.equals("gradcam") || attention == null) {
      return java.util.Objects.requireNonNull(seen.gradCam());
    }
    return switch (figure) {
      case "rollout" -> attention.rollout();
      case "relevance" -> java.util.Objects.requireNonNull(attention.relevance());
      default -> {
        int layers = attention.heads().length;
        int layer = call.number("layer", layers - 1, 0, layers - 1);
        json.put("layer", layer);
        int heads = attention.heads()[layer].length;
        int head = call.number("head", -1, 0, heads - 1);
        if (head >= 0) {
          json.put("head", head);
        }
        yield head < 0 ? attention.mean(layer) : attention.heads()[layer][head];
      }
    };
  }

  /** Adds the values row by row, scaled to 0 … 1, and their range before that. */
  private static void addValues(float[][] map, Map<String, Object> json) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (float[] row : map) {
      for (float value : row) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    float[] values = new float[map.length * map[0].length];
    for (int i = 0; i < values.length; i++) {
      float value = map[i / map[0].length][i % map[0].length];
      values[i] = most > least ? (value - least) / (most - least) : 0;
    }
    json.put("range", Arrays.asList(least, most));
    json.put("values", values);
  }
}

package dev.vit4j.serve;

import dev.vit4j.explain.AttentionMaps;
import dev.vit4j.explain.Explanation;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.model.Inside;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/explain}: where a model looks, as numbers over a grid of the image. */
final class ExplainEndpoint implements Endpoint {
  private static final Pattern PATCH = Pattern.compile("(\\d{1,4}),(\\d{1,4})");

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
    Image image = engine.pictures().decoding().read(upload);
    int patch = patch(call, model);
    Explanation seen =
        model.explaining().explain(image, text(call, figure), call.parameter("class"), patch);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("source", upload.source());
    json.put("figure", figure);
    float[][] map = map(call, figure, seen, json);
    if (patch >= 0) {
      json.put("patch", List.of(patch / map[0].length, patch % map[0].length));
    }
    json.put("grid", List.of(map.length, map[0].length));
    addValues(map, json);
    FitToModel.Seen crop =
        new FitToModel(model.loaded().preprocess()).seen(image.height(), image.width());
    json.put("crop", List.of(crop.x(), crop.y(), crop.width(), crop.height()));
    json.put("size", List.of(image.width(), image.height()));
    if (seen.target() >= 0) {
      json.put("class", seen.target());
    }
    return Reply.json(json);
  }

  /** Returns the text of a CLIP. Attention is the same whatever the text is. */
  private static @Nullable String text(Call call, String figure) {
    String text = call.parameter("text");
    boolean ofImage = figure.equals("attention") || figure.equals("rollout");
    return text == null && ofImage ? "an image" : text;
  }

  /** Returns the index of the patch whose attention is asked for; -1 for what the head reads. */
  private static int patch(Call call, ServedModel model) {
    String asked = call.parameter("patch");
    if (asked == null || asked.isEmpty()) {
      return -1;
    }
    Inside.Attention attention =
        model.loaded().model().family().inside(model.loaded().model()).attention();
    Matcher place = PATCH.matcher(asked);
    if (attention != null && place.matches()) {
      int row = Integer.parseInt(place.group(1));
      int column = Integer.parseInt(place.group(2));
      if (row < attention.rows() && column < attention.columns()) {
        return row * attention.columns() + column;
      }
    }
    throw new Problem(
        Problem.BAD_REQUEST,
        attention == null
            ? "the model %s has no patches with attention".formatted(model.name())
            : "patch must be ROW,COLUMN from 0,0 to %d,%d, not '%s'"
                .formatted(attention.rows() - 1, attention.columns() - 1, asked));
  }

  private static float[][] map(
      Call call, String figure, Explanation seen, Map<String, Object> json) {
    AttentionMaps attention = seen.attention();
    if (figure.equals("gradcam") || attention == null) {
      return Objects.requireNonNull(seen.gradCam());
    }
    return switch (figure) {
      case "rollout" -> attention.rollout();
      case "relevance" -> Objects.requireNonNull(attention.relevance());
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

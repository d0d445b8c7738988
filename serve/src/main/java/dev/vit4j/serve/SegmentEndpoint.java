package dev.vit4j.serve;

import dev.vit4j.image.Image;
import dev.vit4j.image.MaskEncoder;
import dev.vit4j.image.Palette;
import dev.vit4j.image.PixelValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code POST /v1/segment}: the class of each pixel, as palette PNG in the size of the image. */
final class SegmentEndpoint implements Endpoint {
  private static final String PNG = "image/png";

  private final Engine engine;

  SegmentEndpoint(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reply answer(Call call) {
    ServedModel model = engine.of(call);
    return answer(call, model, model.segmenting());
  }

  private <A> Reply answer(Call call, ServedModel model, ServedModel.Masked<A> masked) {
    List<Upload> uploads = call.uploads();
    List<Pictures.Result<A>> results = engine.pictures().run(uploads, masked.work(), true);
    Palette palette = Palette.forClasses(masked.classes());
    if (call.header("Accept").contains(PNG) && results.size() == 1) {
      Problem problem = results.get(0).problem();
      if (problem != null) {
        throw problem;
      }
      return Reply.bytes(PNG, png(mask(results.get(0), masked), palette));
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Pictures.Result<A> result : results) {
      rows.add(row(result, masked, palette));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("results", rows);
    return Reply.json(Pictures.status(results), json);
  }

  private <A> Image mask(Pictures.Result<A> result, ServedModel.Masked<A> masked) {
    int[] size = Objects.requireNonNull(result.size());
    A answer = Objects.requireNonNull(result.value());
    return engine
        .pictures()
        .decoding()
        .inTurn(() -> masked.mask().of(answer, size[1], size[0])); // height, width
  }

  private <A> Map<String, Object> row(
      Pictures.Result<A> result, ServedModel.Masked<A> masked, Palette palette) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("source", result.upload().source());
    Problem problem = result.problem();
    if (problem != null) {
      row.put("error", problem.line());
      row.put("status", problem.status());
      return row;
    }
    Image mask = mask(result, masked);
    row.put("size", List.of(mask.width(), mask.height()));
    row.put("mask", Base64.getEncoder().encodeToString(png(mask, palette)));
    row.put("areas", areas(mask, masked.classes(), palette));
    return row;
  }

  private byte[] png(Image mask, Palette palette) {
    return engine
        .pictures()
        .decoding()
        .inTurn(
            () -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              try {
                MaskEncoder.write(mask, palette, out);
              } catch (IOException e) {
                throw new UncheckedIOException(e); // not thrown in memory
              }
              return out.toByteArray();
            });
  }

  /** Returns the classes that occur, the largest first. */
  private static List<Map<String, Object>> areas(
      Image mask, List<String> classes, Palette palette) {
    long[] counts = new long[classes.size()];
    int[] labels = PixelValues.labels(mask);
    for (int label : labels) {
      counts[label]++;
    }
    List<Map<String, Object>> areas = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] > 0) {
        Map<String, Object> area = new LinkedHashMap<>();
        area.put("index", c);
        area.put("label", classes.get(c));
        area.put("share", (double) counts[c] / labels.length);
        area.put("color", "#%06x".formatted(palette.rgb(c)));
        areas.add(area);
      }
    }
    areas.sort(Comparator.comparingDouble(area -> -(double) area.get("share")));
    return areas;
  }
}

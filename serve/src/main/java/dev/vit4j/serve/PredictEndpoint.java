package dev.vit4j.serve;

import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ClassAnswering;
import dev.vit4j.infer.PatchAnswering;
import dev.vit4j.infer.RowFormat;
import dev.vit4j.infer.ZeroShotAnswering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/predict}: the rows of {@code vit predict --json} for each image. */
final class PredictEndpoint implements Endpoint {
  static final int TOP_K = 5;
  static final int MOST_K = 100_000;

  private final Engine engine;

  PredictEndpoint(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reply answer(Call call) {
    ServedModel model = engine.of(call);
    int topK = call.number("top_k", TOP_K, 1, MOST_K);
    return answer(model.name(), call, topK, model.answering(), model.predicting());
  }

  @SuppressWarnings("unchecked") // the work is that of the answering
  private <A> Reply answer(
      String model, Call call, int topK, Answering<A> answering, Work<?> work) {
    List<Pictures.Result<A>> results = engine.pictures().run(call.uploads(), (Work<A>) work, false);
    return rows(model, results, rows(answering, topK));
  }

  /** Returns the results of images in a format. */
  static <A> Reply rows(String model, List<Pictures.Result<A>> results, RowFormat<A> format) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Pictures.Result<A> result : results) {
      Map<String, Object> row = format.json(result.answer());
      addStatus(row, result.problem());
      rows.add(row);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("results", rows);
    return Reply.json(Pictures.status(results), json);
  }

  /** Adds the status that an image alone would have had. */
  static void addStatus(Map<String, Object> row, @Nullable Problem problem) {
    if (problem != null) {
      row.put("status", problem.status());
    }
  }

  /** Returns the format with another number of classes, where it has one. */
  @SuppressWarnings("unchecked") // the format of the same answering
  private static <A> RowFormat<A> rows(Answering<A> answering, int topK) {
    RowFormat<?> rows = answering.rows();
    if (answering instanceof ClassAnswering of) {
      rows = new ClassAnswering(of.classifier(), topK).rows();
    } else if (answering instanceof ZeroShotAnswering of) {
      rows = new ZeroShotAnswering(of.classifier(), topK).rows();
    } else if (answering instanceof PatchAnswering of) {
      rows = new PatchAnswering(of.segmenter(), topK).rows();
    }
    return (RowFormat<A>) rows;
  }
}

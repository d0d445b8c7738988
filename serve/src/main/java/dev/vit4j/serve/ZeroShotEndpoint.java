package dev.vit4j.serve;

import dev.vit4j.infer.ZeroShotClassifier;
import dev.vit4j.infer.ZeroShotRows;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code POST /v1/zeroshot}: the rows of {@code vit zeroshot --json} for labels of the client. */
final class ZeroShotEndpoint implements Endpoint {
  private static final Pattern COMMA = Pattern.compile(",");

  private final Engine engine;

  ZeroShotEndpoint(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reply answer(Call call) {
    ServedModel model = engine.of(call);
    ZeroShot zeroShot = model.zeroShot();
    int topK = call.number("top_k", PredictEndpoint.TOP_K, 1, PredictEndpoint.MOST_K);
    List<Upload> uploads = call.uploads();
    ZeroShotClassifier classifier =
        zeroShot.classifier(
            labels(call.parameters("labels")), call.parameter("template"), engine.pictures());
    List<Pictures.Result<float[]>> cosines = new ArrayList<>();
    for (Pictures.Result<float[]> of : engine.pictures().run(uploads, model.embedding(), false)) {
      float[] features = of.value();
      cosines.add(
          new Pictures.Result<>(
              of.upload(),
              of.size(),
              features == null ? null : classifier.similarities(features),
              of.problem()));
    }
    return PredictEndpoint.rows(model.name(), cosines, new ZeroShotRows(classifier, topK));
  }

  /** Returns the labels: of several parameters, or of one with commas. */
  static List<String> labels(List<String> given) {
    List<String> labels = given.size() == 1 ? List.of(COMMA.split(given.get(0))) : given;
    List<String> named = labels.stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (named.isEmpty()) {
      throw new Problem(Problem.BAD_REQUEST, "no labels: give them with labels=cat,dog");
    }
    return named;
  }
}

package dev.vit4j.serve;

import dev.vit4j.infer.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paths of TorchServe ({@code /ping}, {@code /predictions/M}) and of SageMaker's containers
 * ({@code /ping}, {@code /invocations}, which asks the first model). The answer is an object of
 * labels and probabilities, or an array of such for several images.
 */
final class ServingAliases {
  private final Engine engine;
  private final Health health;

  ServingAliases(Engine engine, Health health) {
    this.engine = engine;
    this.health = health;
  }

  /** Adds the paths. */
  void addTo(Routes routes) {
    routes
        .addOpen("GET", "/ping", call -> ping())
        .add("POST", "/predictions/{model}", call -> labels(call, named(call)))
        .add("POST", "/predictions/{model}/{version}", call -> labels(call, named(call)))
        .add("POST", "/invocations", call -> labels(call, engine.models().get(0)));
  }

  private ServedModel named(Call call) {
    return engine.named(call.variable("model"));
  }

  private Reply ping() {
    boolean ready = health.isReady();
    return Reply.json(
        ready ? 200 : Problem.BUSY, Map.of("status", ready ? "Healthy" : "Unhealthy"));
  }

  private Reply labels(Call call, ServedModel model) {
    int topK = call.number("top_k", PredictEndpoint.TOP_K, 1, PredictEndpoint.MOST_K);
    List<Map<String, Float>> all = new ArrayList<>();
    for (List<Prediction> labels : new TopLabels(engine).of(model, call.uploads(), topK)) {
      Map<String, Float> row = new LinkedHashMap<>();
      labels.forEach(label -> row.putIfAbsent(label.label(), label.probability()));
      all.add(row);
    }
    return Reply.json(all.size() == 1 ? all.get(0) : all);
  }
}

package dev.vit4j.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code GET /health/live} and {@code /health/ready}. */
final class Health {
  private final Engine engine;
  private final Front front;

  Health(Engine engine, Front front) {
    this.engine = engine;
    this.front = front;
  }

  /** Returns whether all models are ready, and the server is not closing. */
  boolean isReady() {
    return engine.failures().isEmpty() && !front.isClosing();
  }

  /** The process answers. */
  Reply live(Call call) {
    return Reply.json(Map.of("live", true));
  }

  /** All models are ready, and the server is not closing. */
  Reply ready(Call call) {
    Map<String, Object> models = new LinkedHashMap<>();
    engine.models().forEach(model -> models.put(model.name(), "ready"));
    models.putAll(engine.failures());
    boolean ready = isReady();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ready", ready);
    if (front.isClosing()) {
      json.put("reason", "closing");
    }
    json.put("models", models);
    return Reply.json(ready ? 200 : Problem.BUSY, json);
  }
}

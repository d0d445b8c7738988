package dev.vit4j.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The Open Inference Protocol (V2) besides inference: the server, its health, and its models, which
 * have one version, 1.
 */
final class V2Models {
  static final String PIXELS = "pixel_values";
  static final String IMAGE = "image";
  static final String VERSION = "1";

  private static final int NOT_FOUND = 404;

  private final Engine engine;
  private final Health health;
  private final Map<String, TensorOutputs> tensors = new LinkedHashMap<>();

  V2Models(Engine engine, Health health) {
    this.engine = engine;
    this.health = health;
    engine.models().forEach(model -> tensors.put(model.name(), new TensorOutputs(model)));
  }

  /** Adds all paths of the protocol. */
  void addTo(Routes routes) {
    V2Infer infer = new V2Infer(engine, this);
    routes
        .add("GET", "/v2", V2Models::server)
        .addOpen("GET", "/v2/health/live", call -> Reply.json(Map.of("live", true)))
        .addOpen("GET", "/v2/health/ready", call -> ready())
        .add("GET", "/v2/models/{model}", this::describe)
        .add("GET", "/v2/models/{model}/versions/{version}", this::describe)
        .add("GET", "/v2/models/{model}/ready", this::modelReady)
        .add("GET", "/v2/models/{model}/versions/{version}/ready", this::modelReady)
        .add("POST", "/v2/models/{model}/infer", infer)
        .add("POST", "/v2/models/{model}/versions/{version}/infer", infer);
  }

  /** Returns what a model computes. */
  TensorOutputs tensors(ServedModel model) {
    return Objects.requireNonNull(tensors.get(model.name()));
  }

  /**
   * Returns the model of a path.
   *
   * @throws Problem with status 404 if there is no such model or version
   */
  ServedModel named(Call call) {
    String version = call.variable("version");
    if (!version.equals("null") && !version.equals(VERSION)) {
      throw new Problem(NOT_FOUND, "no version '%s': use 1".formatted(version));
    }
    return engine.named(call.variable("model"));
  }

  private static Reply server(Call call) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", "vit4j");
    String version = VitServer.class.getPackage().getImplementationVersion();
    json.put("version", version == null ? "0" : version);
    json.put("extensions", List.of("binary_tensor_data"));
    return Reply.json(json);
  }

  private Reply ready() {
    return Reply.json(health.isReady() ? 200 : Problem.BUSY, Map.of("ready", health.isReady()));
  }

  /** A model that was opened is ready; one that failed is answered with 503. */
  private Reply modelReady(Call call) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", named(call).name());
    json.put("ready", true);
    return Reply.json(json);
  }

  private Reply describe(Call call) {
    ServedModel model = named(call);
    TensorOutputs of = tensors(model);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", model.name());
    json.put("versions", List.of(VERSION));
    json.put("platform", "vit4j");
    List<Object> inputs = new ArrayList<>();
    if (!of.outputs().isEmpty()) {
      inputs.add(tensor(PIXELS, "FP32", of.inputShape()));
      inputs.add(tensor(IMAGE, "BYTES", List.of()));
    }
    json.put("inputs", inputs);
    json.put(
        "outputs",
        of.outputs().stream().map(out -> tensor(out.name(), "FP32", out.shape())).toList());
    return Reply.json(json);
  }

  /** Any number of images: the first dimension is -1. */
  private static Map<String, Object> tensor(String name, String datatype, List<Integer> one) {
    List<Integer> shape = new ArrayList<>(List.of(-1));
    shape.addAll(one);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("datatype", datatype);
    row.put("shape", shape);
    return row;
  }
}

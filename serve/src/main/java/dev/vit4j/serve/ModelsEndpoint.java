package dev.vit4j.serve;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /v1/models}: the models and what they can do; also OpenAI's list of models. */
final class ModelsEndpoint implements Endpoint {
  private final Engine engine;

  ModelsEndpoint(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reply answer(Call call) {
    List<Object> data = new ArrayList<>();
    engine.models().forEach(model -> data.add(describe(model)));
    Map<String, Object> list = new LinkedHashMap<>();
    list.put("object", "list");
    list.put("data", data);
    if (!engine.failures().isEmpty()) {
      list.put("failed", engine.failures());
    }
    return Reply.json(list);
  }

  /** Returns what a model is and can do. */
  static Map<String, Object> describe(ServedModel served) {
    Model model = served.loaded().model();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", served.name());
    row.put("object", "model");
    row.put("created", 0);
    row.put("owned_by", "vit4j");
    row.put("architecture", model.name());
    if (!served.task().isEmpty()) {
      row.put("task", served.task());
    }
    row.put("capabilities", served.capabilities());
    int classes = model.numClasses() > 0 ? model.numClasses() : served.loaded().classes().size();
    if (classes > 0) {
      row.put("classes", classes);
    }
    row.put("input_size", List.of(model.channels(), model.height(), model.width()));
    if (model instanceof Encodes) {
      row.put("dim", model.timmConfig().numFeatures());
    }
    List<String> figures = Explaining.figures(served.loaded());
    if (!figures.isEmpty()) {
      row.put("figures", figures);
    }
    Inside.Attention attention = model.family().inside(model).attention();
    if (attention != null) {
      row.put("layers", attention.layers());
      row.put("heads", attention.heads());
      row.put("grid", List.of(attention.rows(), attention.columns()));
    }
    return row;
  }
}

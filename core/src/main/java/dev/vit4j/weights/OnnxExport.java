package dev.vit4j.weights;

import dev.vit4j.format.OnnxGraph;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.Segments;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes models as ONNX files for ONNX Runtime, OpenVINO and others. The input {@code pixel_values}
 * is f32 [batch, C, H, W], normalized; the output {@code logits}, or {@code features} for a model
 * without classes, is f32 [batch, K], for a segmentation model [batch, K, H, W]. The batch size is
 * dynamic. The file's metadata contains {@code model} (its name in the catalog), {@code preprocess}
 * (timm's keys, as JSON) and {@code label_names} (a JSON list).
 */
public final class OnnxExport {
  private OnnxExport() {}

  /**
   * Writes the model's inference graph to a new file.
   *
   * @param classes class names in the order of the logits; may be empty
   * @throws IllegalArgumentException if the model's family does not support ONNX
   * @throws IOException if the file cannot be written or would exceed 2 GiB
   */
  public static void write(Model model, Preprocess preprocess, List<String> classes, Path file)
      throws IOException {
    Export.requireNew(file);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      OnnxGraph graph = new OnnxGraph(model.name());
      String pixels = graph.input("pixel_values", model.channels(), model.height(), model.width());
      String result = forward(model, new OnnxLayers(graph, model.state()), pixels);
      if (model instanceof Segments) {
        graph.output(result, "logits", model.numClasses(), model.height(), model.width());
      } else if (model.numClasses() > 0) {
        graph.output(result, "logits", model.numClasses());
      } else {
        graph.output(result, "features", model.timmConfig().numFeatures());
      }
      graph.metadata("model", model.name());
      graph.metadata("preprocess", ConfigJson.preprocess(model, preprocess));
      graph.metadata("label_names", JsonMapper.shared().writeValueAsString(classes));
      graph.write(file);
    }
  }

  private static String forward(Model model, OnnxLayers layers, String pixels) {
    if (!model.device().equals(Device.CPU)) {
      throw new IllegalArgumentException("the model is on " + model.device() + ": move it to cpu");
    }
    return model.family().onnx(model, layers, pixels);
  }
}

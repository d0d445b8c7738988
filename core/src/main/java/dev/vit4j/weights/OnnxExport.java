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
 * Writes models as ONNX files, which ONNX Runtime, OpenVINO and others run. The input {@code
 * pixel_values} is f32 [batch, C, H, W], normalised; the output {@code logits}, or {@code features}
 * of a model without classes, is f32 [batch, K], and of a segmentation model [batch, K, H, W].
 * Batches may have any size. The file's metadata hold {@code model} (the catalogue name), {@code
 * preprocess} (timm's words, as JSON) and {@code label_names} (a JSON list).
 */
public final class OnnxExport {
  private OnnxExport() {}

  /**
   * Writes a model as it answers, without what only training needs, as a new file.
   *
   * @param classes names of the classes in the order of the logits; may be empty
   * @throws IllegalArgumentException if the model's family has no ONNX form here
   * @throws IOException if the file cannot be written or would be over 2 GiB
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

package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.OnnxGraph;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.model.OnnxLayers;
import dev.vit4j.model.Segments;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes models as ONNX files for ONNX Runtime, OpenVINO and others. The input {@code pixel_values}
 * is f32 [batch, C, H, W], normalized; the output {@code logits}, or {@code features} for a model
 * without classes, is f32 [batch, K], for a segmentation model [batch, K, H, W]. The batch size is
 * dynamic. The file's metadata contains {@code model} (its name in the catalog), {@code preprocess}
 * (timm's keys, as JSON) and {@code label_names} (a JSON list).
 *
 * <p>A model of images and texts is written as two files: {@code image.onnx} with the output {@code
 * image_features}, f32 [batch, E], and {@code text.onnx} with the input {@code input_ids}, i64
 * [batch, context length], and the output {@code text_features}, f32 [batch, E]. The vectors are
 * not normalized. Both files have {@code logit_scale}, the factor of the cosine, and {@code
 * logit_bias}, if there is one, in their metadata.
 */
public final class OnnxExport {
  /** File of the image tower. */
  public static final String IMAGE = "image.onnx";

  /** File of the text tower. */
  public static final String TEXT = "text.onnx";

  private OnnxExport() {}

  /**
   * Writes the model's inference graph to a new file; of a model of images and texts, the image
   * tower.
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
      graph(model, preprocess, classes).write(file);
    }
  }

  /**
   * Writes both towers of a model of images and texts.
   *
   * @param folder a new or empty folder
   * @throws IllegalArgumentException if a tower cannot be written as ONNX
   * @throws IOException if a file cannot be written or would exceed 2 GiB
   */
  public static void writeTowers(Model model, Preprocess preprocess, Path folder)
      throws IOException {
    AtomicFile.requireEmptyFolder(folder);
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open()) {
      OnnxGraph image = graph(model, preprocess, List.of());
      OnnxGraph text = textGraph(model);
      image.requireFits(folder.resolve(IMAGE));
      text.requireFits(folder.resolve(TEXT));
      Files.createDirectories(folder);
      image.write(folder.resolve(IMAGE));
      text.write(folder.resolve(TEXT));
    }
  }

  private static OnnxGraph graph(Model model, Preprocess preprocess, List<String> classes) {
    OnnxGraph graph = new OnnxGraph(model.name());
    String pixels = graph.input("pixel_values", model.channels(), model.height(), model.width());
    String result = model.family().onnx(model, layers(graph, model), pixels);
    if (model instanceof Segments) {
      graph.output(result, "logits", model.numClasses(), model.height(), model.width());
    } else if (model.numClasses() > 0) {
      graph.output(result, "logits", model.numClasses());
    } else {
      String name = model instanceof EncodesText ? "image_features" : "features";
      graph.output(result, name, model.timmConfig().numFeatures());
    }
    metadata(graph, model);
    graph.metadata("preprocess", ConfigJson.preprocess(model, preprocess));
    graph.metadata("label_names", JsonMapper.shared().writeValueAsString(classes));
    return graph;
  }

  private static OnnxGraph textGraph(Model model) {
    OnnxGraph graph = new OnnxGraph(model.name());
    int length = model.as(EncodesText.class).contextLength();
    String ids = graph.inputOfNumbers("input_ids", length);
    String result = model.family().onnxOfTexts(model, layers(graph, model), ids);
    graph.output(result, "text_features", model.timmConfig().numFeatures());
    metadata(graph, model);
    return graph;
  }

  private static void metadata(OnnxGraph graph, Model model) {
    graph.metadata("model", model.name());
    if (model instanceof EncodesText encoder) {
      graph.metadata("logit_scale", Double.toString(encoder.logitScale().item()));
      Tensor bias = encoder.logitBias();
      if (bias != null) {
        graph.metadata("logit_bias", Double.toString(bias.item()));
      }
    }
  }

  private static OnnxLayers layers(OnnxGraph graph, Model model) {
    if (!model.device().equals(Device.CPU)) {
      throw new IllegalArgumentException("the model is on " + model.device() + ": move it to cpu");
    }
    return new OnnxLayers(graph, model.state());
  }
}

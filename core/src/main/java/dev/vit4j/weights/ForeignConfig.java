package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Family;
import dev.vit4j.model.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Contents of another library's {@code config.json}: timm's ({@code architecture}), Hugging Face's
 * ({@code model_type}) or the arguments of torchvision's constructor.
 *
 * @param whose name of the library; empty if there is no known configuration
 * @param args constructor arguments by vit4j's names
 * @param imgSize default height and width, which the weights may contradict; or empty
 * @param preprocess preprocessing; empty if not configured
 * @param classes class names; often empty
 * @param problemType transformers' {@code problem_type}; often empty
 */
record ForeignConfig(
    String whose,
    Map<String, Object> args,
    int @Nullable [] imgSize,
    @Nullable Preprocess preprocess,
    List<String> classes,
    String problemType) {
  private static final int RGB = 3;
  private static final ForeignConfig NONE =
      new ForeignConfig("", Map.of(), null, null, List.of(), "");

  /**
   * Reads the configuration of weights.
   *
   * @param file {@code config.json}, which may not exist
   * @param root parsed JSON of the file
   * @param family family of the model
   * @throws FormatException if it is broken or describes an unsupported model
   */
  static ForeignConfig read(Path file, JsonNode root, Family family) throws IOException {
    try {
      if (root.has("architecture")) {
        return byTimm(root, family);
      }
      if (root.has("model_cfg")) {
        return byOpenClip(root, family);
      }
      if (root.has("model_type")) {
        return byHuggingFace(root, file, family);
      }
      Map<String, Object> args = configured(Origin.TORCHVISION, root, family);
      return args.isEmpty()
          ? NONE
          : new ForeignConfig("torchvision's", args, null, null, List.of(), "");
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> configured(Origin library, JsonNode root, Family family) {
    return family.interop().configured(library, ConfigJson.words(root));
  }

  /**
   * As timm, which before {@code pretrained_cfg} wrote its keys, and {@code labels}, side by side.
   */
  private static ForeignConfig byTimm(JsonNode root, Family family) {
    Map<String, Object> args = configured(Origin.TIMM, root, family);
    JsonNode cfg = root.has("pretrained_cfg") ? root.get("pretrained_cfg") : root;
    Preprocess preprocess = TimmPreprocess.read(cfg, MissingNode.getInstance());
    int[] size =
        cfg.hasNonNull("input_size") ? new int[] {preprocess.height(), preprocess.width()} : null;
    List<String> classes =
        Stream.of(root.path("label_names"), cfg.path("label_names"), root.path("labels"))
            .filter(JsonNode::isArray)
            .findFirst()
            .map(ForeignConfig::labels)
            .orElse(List.of());
    return new ForeignConfig("timm's", args, size, preprocess, classes, "");
  }

  private static ForeignConfig byOpenClip(JsonNode root, Family family) {
    Map<String, Object> args = configured(Origin.OPEN_CLIP, root, family);
    JsonNode cfg = root.path("preprocess_cfg");
    Preprocess preprocess =
        cfg.has("mean") ? OpenClipPreprocess.read(cfg, args.get("img_size")) : null;
    return new ForeignConfig("open_clip's", args, null, preprocess, List.of(), "");
  }

  private static ForeignConfig byHuggingFace(JsonNode root, Path file, Family family)
      throws IOException {
    Map<String, Object> args = configured(Origin.HUGGING_FACE, root, family);
    List<String> classes = new ArrayList<>();
    JsonNode names = root.path("id2label");
    for (int i = 0; names.has(Integer.toString(i)); i++) {
      classes.add(names.get(Integer.toString(i)).asString(""));
    }
    if (!classes.isEmpty() && classes.get(0).equals("LABEL_0")) {
      classes.clear(); // only default names
    }
    String type = root.get("model_type").asString("");
    JsonNode channels = root.path("num_channels");
    Preprocess preprocess =
        HuggingFacePreprocess.beside(file, channels.isInt() ? channels.asInt() : RGB, type);
    String whose = "Hugging Face's " + type;
    int[] size = preprocess == null ? null : new int[] {preprocess.height(), preprocess.width()};
    return new ForeignConfig(
        whose, args, size, preprocess, classes, root.path("problem_type").asString(""));
  }

  private static List<String> labels(JsonNode names) {
    List<String> labels = new ArrayList<>();
    names.forEach(name -> labels.add(name.asString("")));
    return labels;
  }
}

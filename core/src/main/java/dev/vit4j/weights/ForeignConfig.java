package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Family;
import dev.vit4j.model.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a {@code config.json} of another library says: timm's ({@code architecture}), Hugging Face's
 * ({@code model_type}) or the arguments of torchvision's constructor.
 *
 * @param whose the library in words; empty if there is no configuration that one knows
 * @param args constructor arguments under our names
 * @param imgSize height and width that the configuration names without being sure of it; or none
 * @param preprocess none where the configuration does not say
 * @param classes names of the classes; often none
 */
record ForeignConfig(
    String whose,
    Map<String, Object> args,
    int @Nullable [] imgSize,
    @Nullable Preprocess preprocess,
    List<String> classes) {
  private static final int RGB = 3;
  private static final ForeignConfig NONE = new ForeignConfig("", Map.of(), null, null, List.of());

  /**
   * Reads the configuration beside weights.
   *
   * @param file {@code config.json}; it may be missing
   * @param root its JSON
   * @param family whose weights they are
   * @throws FormatException if it is broken, or says what no model here can do
   */
  static ForeignConfig read(Path file, JsonNode root, Family family) throws IOException {
    try {
      if (root.has("architecture")) {
        return byTimm(root, family);
      }
      if (root.has("model_type")) {
        return byHuggingFace(root, file.resolveSibling("preprocessor_config.json"), family);
      }
      Map<String, Object> args = configured(Origin.TORCHVISION, root, family);
      return args.isEmpty()
          ? NONE
          : new ForeignConfig("torchvision's", args, null, null, List.of());
    } catch (IllegalArgumentException | JacksonException e) {
      throw new FormatException(file.toString(), -1, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> configured(Origin library, JsonNode root, Family family) {
    return family.interop().configured(library, ConfigJson.words(root));
  }

  private static ForeignConfig byTimm(JsonNode root, Family family) {
    Map<String, Object> args = configured(Origin.TIMM, root, family);
    JsonNode cfg = root.path("pretrained_cfg");
    Preprocess preprocess = cfg.has("mean") ? ConfigJson.preprocess(cfg, "none") : null;
    int[] size = preprocess == null ? null : new int[] {preprocess.height(), preprocess.width()};
    return new ForeignConfig("timm's", args, size, preprocess, labels(root.path("label_names")));
  }

  private static ForeignConfig byHuggingFace(JsonNode root, Path preprocessor, Family family)
      throws IOException {
    Map<String, Object> args = configured(Origin.HUGGING_FACE, root, family);
    List<String> classes = new ArrayList<>();
    JsonNode names = root.path("id2label");
    for (int i = 0; names.has(Integer.toString(i)); i++) {
      classes.add(names.get(Integer.toString(i)).asString(""));
    }
    if (!classes.isEmpty() && classes.get(0).equals("LABEL_0")) {
      classes.clear(); // nobody has named them
    }
    JsonNode channels = root.path("num_channels");
    Preprocess preprocess =
        Files.isRegularFile(preprocessor)
            ? HuggingFacePreprocess.read(preprocessor, channels.isInt() ? channels.asInt() : RGB)
            : null;
    String whose = "Hugging Face's " + root.get("model_type").asString("");
    return new ForeignConfig(whose, args, null, preprocess, classes);
  }

  private static List<String> labels(JsonNode names) {
    List<String> labels = new ArrayList<>();
    names.forEach(name -> labels.add(name.asString("")));
    return labels;
  }
}

package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TorchFile;
import dev.vit4j.model.Model;
import dev.vit4j.model.resnet.ResNet;
import dev.vit4j.model.vit.Vit;
import dev.vit4j.nn.Activation;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a model under the names of another library. Never over anything that is there. */
public final class Export {
  /** transformers opens no file that does not say so. */
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private static final int THIRDS = 3;
  private static final int RGB = 3;

  private Export() {}

  /** Whose names the tensors get. */
  public enum Names {
    TIMM,
    TORCHVISION,
    TRANSFORMERS;

    /**
     * The names for a word such as {@code timm}.
     *
     * @throws IllegalArgumentException listing all
     */
    public static Names of(String word) {
      for (Names names : values()) {
        if (names.toString().equals(word)) {
          return names;
        }
      }
      throw new IllegalArgumentException(
          "names must be one of timm, torchvision, transformers, not '%s'".formatted(word));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** torchvision's names where torchvision can hold the model, else timm's. */
  public static Names namesForPth(Model model) {
    return whyNotTorchvision(model) == null ? Names.TORCHVISION : Names.TIMM;
  }

  /**
   * Writes a folder that {@code timm.create_model("local-dir:…")} or transformers' {@code
   * from_pretrained} opens.
   *
   * @param folder new, or empty
   * @throws IllegalArgumentException if the library cannot hold the model
   * @throws FileAlreadyExistsException if the folder holds something
   */
  public static void folder(Path folder, WeightsFolder.Loaded loaded, Names names)
      throws IOException {
    Model model = loaded.model();
    if (names == Names.TORCHVISION) {
      throw new IllegalArgumentException(
          "torchvision opens no folders: write a file with --format pth");
    }
    require(model, names);
    AtomicFile.requireEmptyFolder(folder);
    Files.createDirectories(folder);
    if (names == Names.TIMM) {
      WeightsFolder.writeConfig(folder, loaded);
    } else {
      TransformersConfig.write(folder, (Vit) model, loaded.preprocess(), loaded.classes());
    }
    try (Scope scope = Scope.open()) {
      Safetensors.write(
          folder.resolve(WeightsFolder.WEIGHTS), entries(model, names), metadata(loaded));
    }
  }

  /** Writes the weights alone as a new {@code .safetensors} file. */
  public static void safetensors(Path file, WeightsFolder.Loaded loaded, Names names)
      throws IOException {
    require(loaded.model(), names);
    requireNew(file);
    try (Scope scope = Scope.open()) {
      Safetensors.write(file, entries(loaded.model(), names), metadata(loaded));
    }
  }

  /** What the weights say of themselves, such as the run that made them, goes with them. */
  private static Map<String, String> metadata(WeightsFolder.Loaded loaded) {
    Map<String, String> metadata = new LinkedHashMap<>(loaded.metadata());
    metadata.putAll(PYTORCH);
    return metadata;
  }

  /** Writes the weights alone as a new file for {@code torch.load(weights_only=True)}. */
  public static void pth(Path file, Model model, Names names) throws IOException {
    require(model, names);
    requireNew(file);
    try (Scope scope = Scope.open()) {
      TorchFile.write(file, entries(model, names));
    }
  }

  /** What the reader of a file should know: where the library computes a little differently. */
  public static List<String> remarks(WeightsFolder.Loaded loaded, Names names) {
    if (names == Names.TRANSFORMERS) {
      return HuggingFacePreprocess.says(loaded.preprocess())
          ? List.of()
          : List.of(
              "transformers cannot cut pictures as this model's are (crop_mode %s, %d x %d): resize them yourself before you ask it"
                  .formatted(
                      loaded.preprocess().cropMode(),
                      loaded.preprocess().height(),
                      loaded.preprocess().width()));
    }
    if (loaded.model() instanceof Vit vit && !vit.hasTimmsEps()) {
      return List.of(
          String.format(
              Locale.ROOT,
              "The model's norms have eps %.0e, those of %s 1e-06: logits differ by about as much",
              vit.config().normEps(),
              names));
    }
    return List.of();
  }

  private static void require(Model model, Names names) {
    String why =
        switch (names) {
          case TIMM -> null;
          case TORCHVISION -> whyNotTorchvision(model);
          case TRANSFORMERS ->
              model instanceof Vit vit
                  ? TransformersConfig.whyNot(vit.config())
                  : "only its ViT and DeiT are known here";
        };
    if (why != null) {
      throw new IllegalArgumentException(
          "%s cannot hold %s: %s; use --names timm".formatted(names, model.name(), why));
    }
  }

  /** Why torchvision has no such model; null if it has. */
  private static @Nullable String whyNotTorchvision(Model model) {
    if (model instanceof ResNet net) {
      return net.config().shortcut().equals("B") && net.config().residual()
          ? null
          : "its blocks have shortcuts by convolution only";
    }
    if (!(model instanceof Vit vit)) {
      return "it has ViT and ResNet only";
    }
    if (vit.config().imgSize()[0] != vit.config().imgSize()[1]) {
      return "its ViT takes square pictures only";
    }
    if (vit.channels() != RGB || vit.numClasses() == 0 || vit.config().act() != Activation.GELU) {
      return "its ViT takes pictures of 3 channels and has GELU and a head";
    }
    return vit.config().distilled() || !vit.config().qkvBias()
        ? "its ViT has one head and biases of q, k and v"
        : TransformersConfig.whyNot(vit.config());
  }

  private static List<Safetensors.Entry> entries(Model model, Names names) {
    Map<String, Tensor> state = model.state();
    if (names == Names.TIMM || model instanceof ResNet) {
      return WeightsFolder.entries(state);
    }
    boolean deit = model instanceof Vit vit && vit.config().distilled();
    NameTable table =
        names == Names.TORCHVISION ? NameTables.TORCHVISION_VIT : NameTables.HUGGING_FACE_VIT;
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    state.forEach(
        (name, t) -> {
          List<NameTable.Source> sources =
              new ArrayList<>(table.theirs(name, deit ? "deit." : table.bases().get(0)));
          if (sources.size() == THIRDS) {
            long third = t.size(0) / THIRDS;
            sources.forEach(
                s -> theirs.put(s.name(), t.detach().narrow(0, s.row().part() * third, third)));
          } else {
            String one = sources.get(0).name();
            theirs.put(deit && one.startsWith("classifier.") ? "cls_" + one : one, t);
          }
        });
    return WeightsFolder.entries(theirs);
  }

  static void requireNew(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
  }
}

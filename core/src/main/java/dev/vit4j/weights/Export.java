package dev.vit4j.weights;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TorchFile;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.Origin;
import dev.vit4j.tensor.Scope;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a model with the tensor names of another library. Never overwrites existing files. */
public final class Export {
  /** transformers only opens files with this metadata. */
  private static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private Export() {}

  /** Library whose tensor names are used. */
  public enum Names {
    TIMM(Origin.TIMM),
    TORCHVISION(Origin.TORCHVISION),
    TRANSFORMERS(Origin.HUGGING_FACE),
    OPEN_CLIP(Origin.OPEN_CLIP);

    private final Origin library;

    Names(Origin library) {
      this.library = library;
    }

    /**
     * Parses a name such as {@code timm}.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public static Names of(String name) {
      for (Names names : values()) {
        if (names.toString().equals(name)) {
          return names;
        }
      }
      throw new IllegalArgumentException(
          "names must be one of timm, torchvision, transformers, open_clip, not '%s'"
              .formatted(name));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the library whose names are the model's own: timm, or open_clip for CLIP. */
  public static Names usualNames(Model model) {
    return model.family().interop().ownNames() == Origin.OPEN_CLIP ? Names.OPEN_CLIP : Names.TIMM;
  }

  /** Returns torchvision if it supports the model, else {@link #usualNames}. */
  public static Names namesForPth(Model model) {
    return whyNot(model, Names.TORCHVISION).isEmpty() ? Names.TORCHVISION : usualNames(model);
  }

  /**
   * Writes a folder for {@code timm.create_model("local-dir:…")}, open_clip's {@code
   * create_model("local-dir:…")} or transformers' {@code from_pretrained}.
   *
   * @param folder a new or empty folder
   * @throws IllegalArgumentException if the library does not support the model
   * @throws FileAlreadyExistsException if the folder is not empty
   */
  public static void folder(Path folder, WeightsFolder.Loaded loaded, Names names)
      throws IOException {
    Model model = loaded.model();
    if (names == Names.TORCHVISION) {
      throw new IllegalArgumentException("torchvision cannot open folders: use --format pth");
    }
    require(model, names);
    AtomicFile.requireEmptyFolder(folder);
    Files.createDirectories(folder);
    switch (names) {
      case OPEN_CLIP -> OpenClipConfig.write(folder, loaded);
      case TRANSFORMERS -> TransformersConfig.write(folder, loaded);
      default -> WeightsFolder.writeConfig(folder, loaded);
    }
    String file = names == Names.OPEN_CLIP ? OpenClipConfig.WEIGHTS : WeightsFolder.WEIGHTS;
    try (Scope scope = Scope.open()) {
      Safetensors.write(folder.resolve(file), entries(model, names), metadata(loaded));
    }
  }

  /** Writes the weights to a new {@code .safetensors} file. */
  public static void safetensors(Path file, WeightsFolder.Loaded loaded, Names names)
      throws IOException {
    require(loaded.model(), names);
    requireNew(file);
    try (Scope scope = Scope.open()) {
      Safetensors.write(file, entries(loaded.model(), names), metadata(loaded));
    }
  }

  /** Returns the metadata of the weights, which is copied to the export. */
  private static Map<String, String> metadata(WeightsFolder.Loaded loaded) {
    Map<String, String> metadata = new LinkedHashMap<>(loaded.metadata());
    metadata.putAll(PYTORCH);
    return metadata;
  }

  /** Writes the weights to a new file for {@code torch.load(weights_only=True)}. */
  public static void pth(Path file, Model model, Names names) throws IOException {
    require(model, names);
    requireNew(file);
    try (Scope scope = Scope.open()) {
      TorchFile.write(file, entries(model, names));
    }
  }

  /** Returns notes about small differences in how the library computes the model. */
  public static List<String> remarks(WeightsFolder.Loaded loaded, Names names) {
    Preprocess p = loaded.preprocess();
    boolean says =
        switch (names) {
          case TRANSFORMERS -> HuggingFacePreprocess.says(p);
          case OPEN_CLIP -> OpenClipPreprocess.says(p);
          default -> true;
        };
    List<String> remarks =
        new ArrayList<>(loaded.model().family().interop().remarks(names.library, loaded.model()));
    if (!says) {
      remarks.add(
          "%s does not support the preprocessing of this model (crop_mode %s, crop_pct %.3f, %d x %d): preprocess images yourself"
              .formatted(names, p.cropMode(), p.cropPct(), p.height(), p.width()));
    }
    if (loaded.tokenizer() != null && !loaded.tokenizerFits()) {
      remarks.add("No tokenizer is written: that of the model is not known");
    }
    return remarks;
  }

  private static void require(Model model, Names names) {
    Optional<String> why = whyNot(model, names);
    if (why.isPresent()) {
      throw new IllegalArgumentException(
          "%s does not support %s: %s; use %s"
              .formatted(
                  names,
                  model.name(),
                  why.get(),
                  usualNames(model) == names ? "--format onnx" : "--names " + usualNames(model)));
    }
  }

  private static Optional<String> whyNot(Model model, Names names) {
    return model.family().interop().whyNot(names.library, model);
  }

  private static List<Safetensors.Entry> entries(Model model, Names names) {
    return WeightsFolder.entries(model.family().interop().exported(names.library, model));
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

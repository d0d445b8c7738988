package dev.vit4j.probe;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.head.AdapterHead;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes the folder of a {@link Probe}.
 *
 * <pre>
 * probe.json         {"format": 1, "kind", "dim", "classes": [label], "names": [text], "settings": {…},
 *                     "model", "fingerprint", "normalized": true, false or absent}
 * probe.safetensors  logreg, ridge: weight [K, D], bias [K]; knn: keys [N, D], columns i64 [N];
 *                    adapters: see {@link AdapterHead}; tip-adapter: keys [M, D], columns i64 [M],
 *                    text [K, D]
 * </pre>
 */
final class ProbeFolder {
  private static final String ABOUT = "probe.json";
  private static final String TENSORS = "probe.safetensors";
  private static final int FORMAT = 1;

  private ProbeFolder() {}

  static void write(Path folder, Probe.About about, Map<String, Tensor> tensors)
      throws IOException {
    Files.createDirectories(folder);
    List<Safetensors.Entry> entries = new ArrayList<>();
    tensors.forEach(
        (name, t) -> entries.add(new Safetensors.Entry(name, t.dtype(), t.shape(), t.toBytes())));
    Safetensors.write(folder.resolve(TENSORS), entries, Map.of());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("kind", about.kind());
    json.put("dim", about.dim());
    json.put("classes", about.classes());
    json.put("names", about.names());
    json.put("settings", about.settings());
    json.put("model", about.model());
    json.put("fingerprint", about.fingerprint());
    if (about.normalized() != null) {
      json.put("normalized", about.normalized());
    }
    String text = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    AtomicFile.writeString(folder.resolve(ABOUT), text + "\n"); // last: it makes the folder a probe
  }

  static Probe read(Path folder) throws IOException {
    Path file = folder.resolve(ABOUT);
    if (!Files.isRegularFile(file)) {
      throw new FormatException(folder.toString(), -1, "is not a probe: it has no " + ABOUT);
    }
    Probe.About about = about(file);
    Map<String, Tensor> tensors = tensors(folder.resolve(TENSORS));
    try {
      return new Probe(about, head(about, tensors, folder));
    } catch (IllegalArgumentException e) { // settings out of range
      tensors.values().forEach(Tensor::close);
      throw new FormatException(folder.toString(), -1, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  private static Probe.About about(Path file) throws IOException {
    try {
      JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
      if (json.path("format").asInt(0) != FORMAT) {
        throw new FormatException(
            file.toString(), -1, "has format " + json.path("format") + ", not " + FORMAT);
      }
      List<Integer> classes = new ArrayList<>();
      json.required("classes").forEach(n -> classes.add(n.asInt()));
      List<String> names = new ArrayList<>();
      json.required("names").forEach(n -> names.add(n.asString()));
      for (int i = 0; i < classes.size(); i++) {
        if (classes.get(i) < 0 || (i > 0 && classes.get(i) <= classes.get(i - 1))) {
          throw new FormatException(file.toString(), -1, "has classes that are not ascending");
        }
      }
      if (classes.isEmpty() || (!names.isEmpty() && names.size() != classes.size())) {
        throw new FormatException(
            file.toString(), -1, "%d classes, %d names".formatted(classes.size(), names.size()));
      }
      Map<String, Object> settings = new LinkedHashMap<>();
      json.required("settings")
          .properties()
          .forEach(
              e ->
                  settings.put(
                      e.getKey(), JsonMapper.shared().treeToValue(e.getValue(), Object.class)));
      return new Probe.About(
          json.required("kind").asString(),
          json.required("dim").asInt(),
          List.copyOf(classes),
          List.copyOf(names),
          settings,
          json.required("model").asString(),
          json.required("fingerprint").asString(),
          json.has("normalized") ? json.get("normalized").asBoolean() : null);
    } catch (JacksonException e) {
      throw new FormatException(file.toString(), -1, FormatException.words(e));
    }
  }

  private static Map<String, Tensor> tensors(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Safetensors open = Safetensors.open(file)) {
      for (TensorInfo info : open.tensors().values()) {
        Tensor t = Tensor.of(open.data(info.name()), info.dtype(), info.shape());
        tensors.put(info.name(), Scope.own(t));
      }
    }
    return tensors;
  }

  private static Module head(Probe.About about, Map<String, Tensor> tensors, Path folder)
      throws IOException {
    Stored stored = new Stored(folder, about, tensors);
    int k = about.classes().size();
    return switch (about.kind()) {
      case LogisticRegression.KIND, Ridge.KIND ->
          new Linear(
              stored.tensor(LinearHead.WEIGHT, k, about.dim()), stored.tensor(LinearHead.BIAS, k));
      case KNearest.KIND -> KNearest.read(stored);
      case Adapter.KIND -> Adapter.read(stored);
      case TipAdapter.KIND -> TipAdapter.read(stored);
      default ->
          throw new FormatException(
              folder.toString(), -1, "is a probe of unknown kind '%s'".formatted(about.kind()));
    };
  }
}

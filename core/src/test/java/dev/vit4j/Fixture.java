package dev.vit4j;

import dev.vit4j.format.Safetensors;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden files of the Python libraries among the test resources. */
public final class Fixture {
  private Fixture() {}

  /** The file behind a path such as {@code 01-timm-vit/a_cls/io.safetensors}. */
  public static Path path(String name) {
    return file("/fixtures/" + name);
  }

  /** The file behind a resource such as {@code /dev/vit4j/task/segmentation/dice.safetensors}. */
  public static Path file(String resource) {
    URL url = Fixture.class.getResource(resource);
    if (url == null) {
      throw new IllegalArgumentException("no resource " + resource);
    }
    try {
      URI uri = url.toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** All tensors of a safetensors fixture. */
  public static Map<String, Tensor> tensors(String name) {
    return tensors(path(name));
  }

  /** All tensors of a safetensors file. */
  public static Map<String, Tensor> tensors(Path golden) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (Safetensors file = Safetensors.open(golden)) {
      for (TensorInfo t : file.tensors().values()) {
        out.put(t.name(), Tensor.of(file.data(t.name()), t.dtype(), t.shape()));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out;
  }

  /** A JSON fixture. */
  public static JsonNode json(String name) {
    return JsonMapper.shared().readTree(path(name));
  }
}

package dev.vit4j.probe;

import dev.vit4j.format.FormatException;
import dev.vit4j.head.AdapterConfig;
import dev.vit4j.head.AdapterHead;
import dev.vit4j.head.AdapterHeadConfig;
import dev.vit4j.nn.Activation;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Module;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An adapter of CLIP's image features in front of frozen text features: CLIP-Adapter (Gao et al.
 * 2021) or a deep one, see {@link AdapterConfig}. Its classes are all texts, also those without
 * training samples.
 *
 * @param config layers
 * @param text text features of the classes
 */
public record Adapter(AdapterConfig config, TextClasses text) {
  /** Kind of the probes. */
  public static final String KIND = "adapter";

  /**
   * Trains an adapter.
   *
   * @param validation selects the best epoch; null for the last
   * @param test evaluated for {@link AdapterTraining.Progress} only; may be null
   * @throws IllegalArgumentException if features and texts do not fit
   */
  public AdapterTraining.Fitted fit(
      Features train,
      @Nullable Features validation,
      @Nullable Features test,
      AdapterTraining training,
      AdapterTraining.Progress progress)
      throws IOException {
    text.requireFit(train);
    AdapterHead head =
        new AdapterHead(
            new AdapterHeadConfig(config, text.logitScale()),
            Init.seeded(training.seed()).withUniform(),
            text.unit());
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("widths", config.widths());
    settings.put("activation", config.activation().toString());
    settings.put("bias", config.bias());
    settings.put("activate_output", config.activateOutput());
    settings.put("ratio", config.ratio());
    settings.put("logit_scale", text.logitScale());
    Probe.About about = Probe.About.of(KIND, train, all(text), settings);
    return training.fit(new Probe(about, head), head, train, validation, test, progress);
  }

  /** Returns the labels of all texts. */
  static int[] all(TextClasses text) {
    return IntStream.range(0, text.features().size()).toArray();
  }

  static Module read(Stored stored) throws IOException {
    int dim = stored.about().dim();
    List<Integer> widths = new ArrayList<>();
    if (stored.about().settings().get("widths") instanceof List<?> list) {
      for (Object width : list) {
        if (!(width instanceof Integer w)) {
          throw stored.wrong("has the width " + width);
        }
        widths.add(w);
      }
    }
    AdapterConfig config =
        new AdapterConfig(
            widths,
            stored.choice("activation", Activation.class),
            stored.flag("bias"),
            stored.flag("activate_output"),
            stored.number("ratio"));
    Tensor text = stored.tensor(AdapterHead.TEXT, stored.about().classes().size(), dim);
    requireSizes(stored, config);
    AdapterHead head =
        new AdapterHead(
            new AdapterHeadConfig(config, stored.number("logit_scale")), Init.unset(), text);
    head.take(stored.tensors());
    stored.tensors().values().stream().filter(t -> t != text).forEach(Tensor::close);
    return head;
  }

  /** Checks that all layers are in the file, before memory for them is taken. */
  private static void requireSizes(Stored stored, AdapterConfig config) throws FormatException {
    int in = stored.about().dim();
    for (int i = 0; i <= config.widths().size(); i++) {
      int out = i < config.widths().size() ? config.widths().get(i) : stored.about().dim();
      stored.tensor(i + ".weight", out, in);
      if (config.bias()) {
        stored.tensor(i + ".bias", out);
      }
      in = out;
    }
  }
}

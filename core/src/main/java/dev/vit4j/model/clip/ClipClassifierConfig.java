package dev.vit4j.model.clip;

import dev.vit4j.head.HeadConfig;
import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arguments of an image tower with a classifier: those of {@link ClipConfig} for images, and
 * those of the head.
 *
 * @param normalize whether the head reads features that are scaled to length 1
 */
record ClipClassifierConfig(VisionConfig vision, int numClasses, HeadConfig head, boolean normalize)
    implements ModelConfig {
  static ClipClassifierConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    int classes = a.integer("num_classes", 1000, 0, 1_000_000);
    VisionConfig vision = ClipConfig.vision(model, a, values);
    HeadConfig head = HeadConfig.of(a);
    boolean normalize = a.flag("normalize", true);
    a.refuseUnknown();
    return new ClipClassifierConfig(vision, classes, head, normalize);
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("num_classes", numClasses);
    m.putAll(ClipConfig.toMap(vision));
    m.putAll(head.toMap());
    if (!normalize) {
      m.put("normalize", false);
    }
    return m;
  }

  @Override
  public int[] imgSize() {
    return vision.imgSize();
  }

  @Override
  public int inChans() {
    return vision.inChans();
  }
}

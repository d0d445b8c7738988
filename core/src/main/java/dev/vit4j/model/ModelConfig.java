package dev.vit4j.model;

import java.util.Map;

/** The constructor arguments of a model: those common to all models, and all of them as a map. */
public interface ModelConfig {
  /** Height and width of the images, pixels. */
  int[] imgSize();

  /** Channels of the images. */
  int inChans();

  /** Number of classes; 0 for a model without a head. */
  int numClasses();

  /** All arguments with their values, by their names in configuration files. */
  Map<String, Object> toMap();
}

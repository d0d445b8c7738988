package dev.vit4j.model;

import java.util.Map;

/** The constructor arguments of a model: those that every model has, and all of them as a map. */
public interface ModelConfig {
  /** Height and width of the images, pixels. */
  int[] imgSize();

  /** Channels of the images. */
  int inChans();

  /** Class scores; 0 for a model without a head. */
  int numClasses();

  /** All arguments with their values, by the names that configuration files use. */
  Map<String, Object> toMap();
}

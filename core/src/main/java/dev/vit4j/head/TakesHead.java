package dev.vit4j.head;

import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.nn.Module;

/** An image model whose features any head can classify. */
public interface TakesHead extends Encodes {
  /**
   * Returns a classifier of images: this model's image tower and a head. It shares their weights.
   *
   * @param head a module of {@link HeadConfig#of(Module)}, of {@code classes} classes
   * @param classes number of classes, at least 1
   * @param normalize whether the head reads features that are scaled to length 1
   */
  Model classifier(Module head, int classes, boolean normalize);
}

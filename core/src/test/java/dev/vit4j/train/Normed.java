package dev.vit4j.train;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Model;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** The smallest model with a batch norm: filters of 3 x 3, a norm, their mean, the classes. */
public final class Normed extends Model implements Classifies {
  private final Conv2d conv;
  private final BatchNorm2d norm;
  private final Linear fc;
  private final int classes;

  public Normed(int filters, int classes) {
    super("normed");
    Init init = Init.seeded(3);
    conv = child("conv", new Conv2d(init, 1, filters, 3, 2, 1));
    norm = child("norm", new BatchNorm2d(init, filters));
    fc = child("fc", new Linear(init, filters, classes, true));
    this.classes = classes;
  }

  @Override
  protected Tensor forward(Tensor x) {
    return scores(features(x));
  }

  @Override
  public Tensor scores(Tensor features) {
    return fc.apply(features);
  }

  @Override
  public Tensor features(Tensor x) {
    return norm.apply(conv.apply(x)).flatten(2, 3).mean(2);
  }

  @Override
  public Map<String, Object> args() {
    return Map.of();
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int height() {
    return 28;
  }

  @Override
  public int width() {
    return 28;
  }

  @Override
  public int numClasses() {
    return classes;
  }

  @Override
  public Set<String> noWeightDecay() {
    return Set.of();
  }

  @Override
  public dev.vit4j.model.TimmConfig timmConfig() {
    return new dev.vit4j.model.TimmConfig(name(), Map.of(), 0, "", "", "");
  }
}

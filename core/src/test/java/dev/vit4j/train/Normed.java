package dev.vit4j.train;

import dev.vit4j.model.Classifies;
import dev.vit4j.model.Family;
import dev.vit4j.model.Model;
import dev.vit4j.model.ModelConfig;
import dev.vit4j.nn.BatchNorm2d;
import dev.vit4j.nn.Conv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.Linear;
import dev.vit4j.tensor.Tensor;
import java.util.Map;

/** The smallest model with a batch norm: filters of 3 x 3, a norm, their mean, the classes. */
public final class Normed extends Model implements Classifies {
  /** Gray images of 28 x 28. */
  private record Config(int numClasses) implements ModelConfig {
    @Override
    public int[] imgSize() {
      return new int[] {28, 28};
    }

    @Override
    public int inChans() {
      return 1;
    }

    @Override
    public Map<String, Object> toMap() {
      return Map.of();
    }
  }

  private static final Family FAMILY =
      new Family() {
        @Override
        public String name() {
          return "normed";
        }

        @Override
        public String title() {
          return "Normed";
        }

        @Override
        public Map<String, Map<String, Object>> variants() {
          return Map.of();
        }

        @Override
        public ModelConfig config(String model, Map<String, ?> args) {
          return new Config(0);
        }

        @Override
        public Model create(String model, Map<String, ?> args, Init init) {
          return new Normed(1, 0);
        }
      };

  private final Conv2d conv;
  private final BatchNorm2d norm;
  private final Linear fc;

  public Normed(int filters, int classes) {
    super("normed", new Config(classes));
    Init init = Init.seeded(3);
    conv = child("conv", new Conv2d(init, 1, filters, 3, 2, 1));
    norm = child("norm", new BatchNorm2d(init, filters));
    fc = child("fc", new Linear(init, filters, classes, true));
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
  public Family family() {
    return FAMILY;
  }

  @Override
  public dev.vit4j.model.TimmConfig timmConfig() {
    return new dev.vit4j.model.TimmConfig(name(), Map.of(), 0, "", "", "", false);
  }
}

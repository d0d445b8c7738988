package dev.vit4j.metric;

import java.util.Locale;

/**
 * A metric of a model.
 *
 * @param key name in logs and JSON, after {@code train_}, {@code val_} or {@code test_}
 * @param title name in plots and reports
 * @param brief name in progress lines
 * @param unit unit of its values
 * @param higherIsBetter whether higher values are better
 */
public record Metric(String key, String title, String brief, Unit unit, boolean higherIsBetter) {
  /** Mean loss over samples, in nats for cross-entropy. */
  public static final Metric LOSS = new Metric("loss", "Loss", "loss", Unit.NUMBER, false);

  /** Fraction of samples whose class has the highest score. */
  public static final Metric TOP1 = new Metric("top1", "Accuracy", "acc", Unit.PERCENT, true);

  /** Fraction of samples whose class is among the five highest scores. */
  public static final Metric TOP5 = new Metric("top5", "Top-5", "top5", Unit.PERCENT, true);

  /** Mean intersection over union of the classes. */
  public static final Metric MIOU = new Metric("miou", "Mean IoU", "miou", Unit.SHARE, true);

  /** Fraction of pixels whose class has the highest score. */
  public static final Metric PIXEL_ACCURACY =
      new Metric("pixel_accuracy", "Pixel accuracy", "pixel_acc", Unit.SHARE, true);

  /** Unit of a metric. */
  public enum Unit {
    /** From 0 to 100. */
    PERCENT,
    /** From 0 to 1. */
    SHARE,
    /** Any number. */
    NUMBER
  }

  /** The title within a sentence, such as {@code mean IoU}. */
  public String inSentence() {
    return title.substring(0, 1).toLowerCase(Locale.ROOT) + title.substring(1);
  }

  /** Converts a percentage to a fraction from 0 to 1; returns other values unchanged. */
  public double plain(double value) {
    return unit == Unit.PERCENT ? value / 100 : value;
  }

  /** Returns whether a value is better than another. */
  public boolean isBetter(double value, double than) {
    return higherIsBetter ? value > than : value < than;
  }

  /** Formats a value, such as {@code 73.03 %}. */
  public String text(double value) {
    return unit == Unit.PERCENT
        ? String.format(Locale.ROOT, "%.2f %%", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}

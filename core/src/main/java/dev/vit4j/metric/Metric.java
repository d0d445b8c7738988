package dev.vit4j.metric;

import java.util.Locale;

/**
 * A figure that measures a model.
 *
 * @param key its name in logs and JSON, behind {@code train_}, {@code val_} or {@code test_}
 * @param title its name in plots and reports
 * @param brief its name in lines of progress
 * @param unit what its values are
 * @param higherIsBetter whether a higher value is a better one
 */
public record Metric(String key, String title, String brief, Unit unit, boolean higherIsBetter) {
  /** Mean loss over samples, in nats for cross-entropy. */
  public static final Metric LOSS = new Metric("loss", "Loss", "loss", Unit.NUMBER, false);

  /** Samples whose class has the highest score. */
  public static final Metric TOP1 = new Metric("top1", "Accuracy", "acc", Unit.PERCENT, true);

  /** Samples whose class is among the five with the highest scores. */
  public static final Metric TOP5 = new Metric("top5", "Top-5", "top5", Unit.PERCENT, true);

  /** Mean over the classes of intersection over union. */
  public static final Metric MIOU = new Metric("miou", "Mean IoU", "miou", Unit.SHARE, true);

  /** Pixels whose class has the highest score. */
  public static final Metric PIXEL_ACCURACY =
      new Metric("pixel_accuracy", "Pixel accuracy", "pixel_acc", Unit.SHARE, true);

  /** What a value is. */
  public enum Unit {
    /** From 0 to 100. */
    PERCENT,
    /** From 0 to 1. */
    SHARE,
    /** Any number. */
    NUMBER
  }

  /** A percentage as a share from 0 to 1; other values as they are. */
  public double plain(double value) {
    return unit == Unit.PERCENT ? value / 100 : value;
  }

  /** Whether a value is better than another. */
  public boolean isBetter(double value, double than) {
    return higherIsBetter ? value > than : value < than;
  }

  /** A value for people, such as {@code 73.03 %}. */
  public String text(double value) {
    return unit == Unit.PERCENT
        ? String.format(Locale.ROOT, "%.2f %%", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }
}

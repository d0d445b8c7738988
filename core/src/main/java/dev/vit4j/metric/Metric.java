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

  /** Mean over classes of the average precision with which they are found in patches. */
  public static final Metric PATCH_MAP =
      new Metric("patch_map", "Patch mAP", "patch_map", Unit.SHARE, true);

  /** F1 of the classes of patches, over all decisions. */
  public static final Metric PATCH_F1 =
      new Metric("patch_f1", "Patch F1", "patch_f1", Unit.SHARE, true);

  /** Root of the mean squared error of depths, in meters. */
  public static final Metric RMSE = new Metric("rmse", "RMSE", "rmse", Unit.NUMBER, false);

  /** Mean error of depths, relative to the true depth. */
  public static final Metric ABS_REL =
      new Metric("abs_rel", "AbsRel", "abs_rel", Unit.NUMBER, false);

  /** Fraction of pixels whose ratio of predicted and true depth is below 1.25. */
  public static final Metric DELTA1 = delta(1, "δ < 1.25");

  /** Fraction of pixels whose ratio of predicted and true depth is below 1.25 squared. */
  public static final Metric DELTA2 = delta(2, "δ < 1.25²");

  /** Fraction of pixels whose ratio of predicted and true depth is below 1.25 cubed. */
  public static final Metric DELTA3 = delta(3, "δ < 1.25³");

  private static Metric delta(int k, String title) {
    return new Metric("delta" + k, title, "delta" + k, Unit.SHARE, true);
  }

  /** Fraction of images of which one of the captions has the highest score. */
  public static final Metric IMAGE_TO_TEXT_R1 = recall("image_to_text", "Image to text", "i2t", 1);

  /** Fraction of images of which one of the captions is among the five highest scores. */
  public static final Metric IMAGE_TO_TEXT_R5 = recall("image_to_text", "Image to text", "i2t", 5);

  /** Fraction of images of which one of the captions is among the ten highest scores. */
  public static final Metric IMAGE_TO_TEXT_R10 =
      recall("image_to_text", "Image to text", "i2t", 10);

  /** Fraction of captions whose image has the highest score. */
  public static final Metric TEXT_TO_IMAGE_R1 = recall("text_to_image", "Text to image", "t2i", 1);

  /** Fraction of captions whose image is among the five highest scores. */
  public static final Metric TEXT_TO_IMAGE_R5 = recall("text_to_image", "Text to image", "t2i", 5);

  /** Fraction of captions whose image is among the ten highest scores. */
  public static final Metric TEXT_TO_IMAGE_R10 =
      recall("text_to_image", "Text to image", "t2i", 10);

  /** Recall at k, with open_clip's key. */
  private static Metric recall(String key, String title, String brief, int k) {
    return new Metric(
        "%s_R@%d".formatted(key, k),
        "%s R@%d".formatted(title, k),
        "%s_r@%d".formatted(brief, k),
        Unit.PERCENT,
        true);
  }

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

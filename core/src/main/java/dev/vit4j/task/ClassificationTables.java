package dev.vit4j.task;

import dev.vit4j.format.Count;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.metric.ConfusionMatrix;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Formats the metrics of a classifier for terminal and report. */
final class ClassificationTables {
  private static final int CONFUSED_SHOWN = 15;
  private static final int WIDEST_LABEL = 24;

  private ClassificationTables() {}

  /** Returns precision, recall and F1 of classes that occur or are predicted, then accuracies. */
  static List<String> lines(ClassificationEvaluation e) {
    ConfusionMatrix confusion = e.result().confusion();
    int width = e.classes().stream().mapToInt(String::length).max().orElse(1);
    width = Math.max("macro average".length(), Math.min(WIDEST_LABEL, width));
    String row = "%" + width + "s  %9s  %6s  %6s  %7s";
    List<String> lines = new ArrayList<>();
    lines.add(row.formatted("class", "precision", "recall", "F1", "support"));
    int[] present = confusion.present();
    for (int c : present) {
      String label = e.classes().get(c);
      lines.add(
          row.formatted(
              label.length() > width ? label.substring(0, width - 1) + "…" : label,
              orDash(confusion.precision(c)),
              orDash(confusion.recall(c)),
              orDash(confusion.f1(c)),
              confusion.support(c)));
    }
    ConfusionMatrix.Scores macro = confusion.macro();
    lines.add(
        row.formatted(
            "macro average",
            orDash(macro.precision()),
            orDash(macro.recall()),
            orDash(macro.f1()),
            e.result().count()));
    int absent = confusion.classes() - present.length;
    if (absent > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d of %,d classes neither occur nor are predicted: not in the table and the average",
              absent,
              confusion.classes()));
    }
    if (e.tooMany()) {
      lines.add(
          "The confusion matrix is left out: it has more than "
              + Count.of(ConfusionMatrix.MOST_DENSE, "class"));
    }
    lines.add("");
    ClassificationResult r = e.result();
    lines.add(
        String.format(
            Locale.ROOT,
            "top-1 %.2f %%   top-5 %.2f %%   loss %.4f   %,d of %,d correct",
            100 * r.top1(),
            100 * r.top5(),
            r.loss(),
            r.correct(),
            r.count()));
    return lines;
  }

  private static String orDash(double value) {
    return Double.isNaN(value) ? "-" : number(value);
  }

  /** Returns rows for the start of a report. */
  static List<List<String>> facts(ClassificationResult r) {
    List<List<String>> rows = new ArrayList<>();
    String counts = String.format(Locale.ROOT, ", %,d of %,d correct", r.correct(), r.count());
    rows.add(List.of("test accuracy", percent(100 * r.top1()) + counts));
    if (r.classes() > 5) {
      rows.add(List.of("test top-5", percent(100 * r.top5())));
    }
    rows.add(List.of("test loss", number(r.loss())));
    return rows;
  }

  /** Adds the sections of a report. */
  static void describe(
      ClassificationEvaluation e, HtmlPage page, Map<String, BufferedImage> pictures) {
    BufferedImage confusion = pictures.get("confusion");
    if (confusion != null) {
      page.heading("Confusion matrix of the test split").picture("confusion matrix", confusion);
    }
    confused(e, page);
    page.heading("Accuracy by class, lowest first")
        .table(List.of("class", "correct", "of", "accuracy", "precision", "F1"), byClass(e));
    BufferedImage mistakes = pictures.get("mistakes");
    page.heading("Worst mistakes");
    if (mistakes == null) {
      page.note("There are none.");
    } else {
      page.note("GT is the true label, Pred the predicted one, with its probability.")
          .picture("wrongly classified test images with the highest probability", mistakes);
    }
  }

  private static void confused(ClassificationEvaluation e, HtmlPage page) {
    ConfusionMatrix confusion = e.result().confusion();
    List<ConfusionMatrix.Confused> pairs = confusion.mostConfused(CONFUSED_SHOWN);
    if (pairs.isEmpty()) {
      return;
    }
    List<List<String>> rows =
        pairs.stream()
            .map(
                p ->
                    List.of(
                        "%s predicted as %s"
                            .formatted(e.classes().get(p.label()), e.classes().get(p.predicted())),
                        Long.toString(p.count()),
                        percent(100.0 * p.count() / confusion.support(p.label()))))
            .toList();
    page.heading("Most confused").table(List.of("mistake", "times", "of the class"), rows);
  }

  private static List<List<String>> byClass(ClassificationEvaluation e) {
    ConfusionMatrix c = e.result().confusion();
    return IntStream.range(0, c.classes())
        .boxed()
        .filter(i -> c.support(i) > 0)
        .sorted(Comparator.comparingDouble(c::recall))
        .map(
            i ->
                List.of(
                    e.classes().get(i),
                    Long.toString(c.count(i, i)),
                    Long.toString(c.support(i)),
                    percent(100 * c.recall(i)),
                    percent(100 * c.precision(i)),
                    number(c.f1(i))))
        .toList();
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f %%", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

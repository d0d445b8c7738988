package dev.vit4j.train;

import dev.vit4j.infer.Evaluation;
import dev.vit4j.metric.ClassificationResult;
import dev.vit4j.metric.ConfusionMatrix;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What is left to look at when a training is done: the pictures {@code confusion.png} and {@code
 * mistakes.png}, and {@code report.html}, one page with all there is to say.
 *
 * @param test of the best epoch's weights
 * @param curves the training's course as a picture
 * @param batch the first batch as the model saw it
 */
record Report(
    Progress.Start start, Run run, Evaluation test, BufferedImage curves, BufferedImage batch) {
  static final String PAGE = "report.html";
  private static final int CONFUSED_SHOWN = 15;

  /** Writes the files; gives the new pictures by their names, for who shows them elsewhere. */
  Map<String, BufferedImage> write(RunFolder folder) throws IOException {
    Map<String, BufferedImage> pictures = new LinkedHashMap<>();
    pictures.put("confusion", test.confusionPicture());
    BufferedImage mistakes = test.mistakesPicture();
    if (mistakes != null) {
      pictures.put("mistakes", mistakes);
    }
    for (Map.Entry<String, BufferedImage> picture : pictures.entrySet()) {
      folder.writePicture(picture.getKey() + ".png", picture.getValue());
    }
    folder.writeText(PAGE, page(pictures));
    return pictures;
  }

  private String page(Map<String, BufferedImage> pictures) {
    HtmlPage page =
        new HtmlPage(start.recipe().get(RunKeys.NAME) + ": " + run.folder().getFileName());
    if (!start.recipe().get(RunKeys.DESCRIPTION).isEmpty()) {
      page.note(start.recipe().get(RunKeys.DESCRIPTION));
    }
    page.facts(facts());
    page.heading("Curves").picture("loss, accuracy and learning rate by epoch", curves);
    page.heading("Confusion on the test set")
        .picture("confusion matrix", pictures.get("confusion"));
    confused(page);
    page.heading("Accuracy by class, the lowest first")
        .table(List.of("class", "right", "of", "accuracy", "precision", "F1"), byClass());
    BufferedImage mistakes = pictures.get("mistakes");
    page.heading("Worst mistakes");
    if (mistakes == null) {
      page.note("There are none.");
    } else {
      page.note("GT is the true label, Pred what the model took it for, with its probability.")
          .picture("test pictures that the model is most sure and wrong about", mistakes);
    }
    page.heading("What it trained on").picture("pictures of the first batch", batch);
    page.heading("How to do it again")
        .note("Every value of this run, as recipe.yaml in its folder holds them.")
        .folded("recipe.yaml", start.recipe().toYaml());
    return page.toHtml();
  }

  private List<List<String>> facts() {
    Recipe recipe = start.recipe();
    ClassificationResult r = test.result();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("test accuracy", percent(100 * r.top1()) + countOf(r)));
    if (r.classes() > 5) {
      rows.add(List.of("test top-5", percent(100 * r.top5())));
    }
    rows.add(List.of("test loss", number(r.loss())));
    if (!Double.isNaN(run.valTop1())) {
      rows.add(
          List.of(
              "validation accuracy",
              percent(run.valTop1()) + ", best of epoch " + run.bestEpoch()));
    }
    rows.add(List.of("epochs", run.epochs() + early()));
    rows.add(List.of("seconds", String.format(Locale.ROOT, "%.1f", run.seconds())));
    rows.add(
        List.of(
            "data",
            recipe.get(DataKeys.DATA)
                + recipe.find(DataKeys.DATA_DIR).map(d -> " in " + d).orElse("")));
    rows.add(
        List.of(
            "pictures",
            String.format(
                Locale.ROOT,
                "%,d for training, %,d for validation, %,d for the test, %d classes",
                start.train(),
                start.val(),
                start.test(),
                test.classes().size())));
    rows.add(
        List.of(
            "model",
            String.format(
                Locale.ROOT,
                "%s, %,d parameters, %,d of them trained",
                recipe.model(),
                start.parameters(),
                start.trainable())));
    rows.add(
        List.of(
            "training",
            "%s, lr %s, batches of %d, %s on %s"
                .formatted(
                    recipe.get(OptimizerKeys.OPT),
                    recipe.get(OptimizerKeys.LR),
                    recipe.get(OptimizerKeys.BATCH_SIZE),
                    recipe.get(HardwareKeys.PRECISION),
                    start.device())));
    rows.add(List.of("folder", run.folder().toString()));
    return rows;
  }

  private static String countOf(ClassificationResult r) {
    return String.format(Locale.ROOT, ", %,d of %,d right", r.correct(), r.count());
  }

  private String early() {
    int planned = start.epochs();
    return run.epochs() < planned ? " of " + planned + ", stopped early" : "";
  }

  private void confused(HtmlPage page) {
    List<ConfusionMatrix.Confused> pairs = test.result().confusion().mostConfused(CONFUSED_SHOWN);
    if (pairs.isEmpty()) {
      return;
    }
    List<List<String>> rows =
        pairs.stream()
            .map(
                p ->
                    List.of(
                        test.classes().get(p.label()) + " taken for " + name(p.predicted()),
                        Long.toString(p.count()),
                        share(p.count(), test.result().confusion().support(p.label()))))
            .toList();
    page.heading("Most confused").table(List.of("mistake", "times", "of the class"), rows);
  }

  private String name(int c) {
    return test.classes().get(c);
  }

  private List<List<String>> byClass() {
    ConfusionMatrix c = test.result().confusion();
    return IntStream.range(0, c.classes())
        .boxed()
        .filter(i -> c.support(i) > 0)
        .sorted(Comparator.comparingDouble(c::recall))
        .map(
            i ->
                List.of(
                    name(i),
                    Long.toString(c.count(i, i)),
                    Long.toString(c.support(i)),
                    percent(100 * c.recall(i)),
                    percent(100 * c.precision(i)),
                    number(c.f1(i))))
        .toList();
  }

  private static String share(long part, long whole) {
    return percent(100.0 * part / whole);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f %%", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

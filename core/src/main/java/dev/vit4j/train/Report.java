package dev.vit4j.train;

import dev.vit4j.format.Count;
import dev.vit4j.metric.Metric;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.OptimizerKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.task.Evaluation;
import dev.vit4j.view.HtmlPage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Files that summarize a completed training: {@code confusion.png}, {@code mistakes.png} and {@code
 * report.html}.
 *
 * @param test test result of the best weights
 * @param curves image of the training curves
 * @param batch image of the first augmented batch
 */
record Report(
    Progress.Start start, Run run, Evaluation test, BufferedImage curves, BufferedImage batch) {
  static final String PAGE = "report.html";

  /** Writes the files and returns the new images by name. */
  Map<String, BufferedImage> write(RunFolder folder) throws IOException {
    Map<String, BufferedImage> pictures = test.pictures();
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
    page.heading("Curves").picture("loss, metrics and learning rate by epoch", curves);
    test.describe(page, pictures);
    page.heading("First batch").picture("images of the first training batch", batch);
    page.heading("Recipe")
        .note("All values of this run, as in recipe.yaml.")
        .folded("recipe.yaml", start.recipe().toYaml());
    return page.toHtml();
  }

  private List<List<String>> facts() {
    Recipe recipe = start.recipe();
    List<List<String>> rows = new ArrayList<>(test.facts());
    Metric decides = run.decides();
    double val = run.val(decides.key());
    if (!Double.isNaN(val)) {
      rows.add(
          List.of(
              "validation " + decides.inSentence(),
              decides.text(val) + ", best epoch " + run.bestEpoch()));
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
                "%,d training, %,d validation and %s, %s",
                start.train(),
                start.val(),
                Count.of(start.test(), "test sample"),
                Count.of(start.classes(), "class"))));
    rows.add(
        List.of(
            "model",
            String.format(
                Locale.ROOT,
                "%s, %,d parameters, %,d trainable",
                recipe.model(),
                start.parameters(),
                start.trainable())));
    rows.add(
        List.of(
            "training",
            "%s, lr %s, batch size %d, %s on %s"
                .formatted(
                    recipe.get(OptimizerKeys.OPT),
                    recipe.get(OptimizerKeys.LR),
                    recipe.get(OptimizerKeys.BATCH_SIZE),
                    recipe.get(HardwareKeys.PRECISION),
                    start.device())));
    rows.add(List.of("folder", run.folder().toString()));
    return rows;
  }

  private String early() {
    int planned = start.epochs();
    return run.epochs() < planned ? " of " + planned + ", early stopping" : "";
  }
}

package dev.vit4j.task.contrastive;

import dev.vit4j.data.Captions;
import dev.vit4j.data.Dataset;
import dev.vit4j.format.Count;
import dev.vit4j.format.Csv;
import dev.vit4j.metric.RetrievalResult;
import dev.vit4j.task.Evaluation;
import dev.vit4j.view.HtmlPage;
import dev.vit4j.view.ImageGrid;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of retrieval: {@code ranks.csv} with the rank of the best own caption of each image,
 * and {@code retrieved.png} with the images of the lowest ranks and the captions that they found.
 *
 * @param values metrics of the result
 */
record RetrievalEvaluation(RetrievalResult result, Dataset data, Map<String, Double> values)
    implements Evaluation {
  private static final int SHOWN = 24;
  private static final int IN_A_ROW = 4;

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", data.name());
    map.put("count", result.images());
    map.put("captions", result.captions());
    map.putAll(values);
    return map;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%15s  %7s  %7s  %7s".formatted("", "R@1", "R@5", "R@10"));
    for (String way : List.of("image_to_text", "text_to_image")) {
      lines.add(
          "%15s  %7s  %7s  %7s"
              .formatted(
                  way.replace('_', ' '), percent(way, 1), percent(way, 5), percent(way, 10)));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %s   loss %.4f",
            Count.of(result.images(), "image"),
            Count.of(result.captions(), "caption"),
            result.loss()));
    return lines;
  }

  private String percent(String way, int k) {
    return String.format(Locale.ROOT, "%.2f %%", values.get(way + "_R@" + k));
  }

  @Override
  public Map<String, String> tables() {
    StringBuilder csv = new StringBuilder("image,rank,found\n");
    for (RetrievalResult.Found found : result.found()) {
      csv.append(Csv.quoted(data.source(found.image())))
          .append(',')
          .append(found.rank() + 1)
          .append(',')
          .append(Csv.quoted(found.caption()))
          .append('\n');
    }
    return Map.of("ranks.csv", csv.toString());
  }

  @Override
  public Map<String, BufferedImage> pictures() throws IOException {
    List<RetrievalResult.Found> worst =
        result.found().stream()
            .sorted((a, b) -> Integer.compare(b.rank(), a.rank()))
            .limit(SHOWN)
            .toList();
    List<ImageGrid.Tile> tiles = new ArrayList<>();
    for (RetrievalResult.Found found : worst) {
      String own = Captions.of(data).of(found.image()).get(0);
      String caption = "%s\nrank %d, found: %s".formatted(own, found.rank() + 1, found.caption());
      tiles.add(
          ImageGrid.Tile.judged(
              data.image(found.image()).toBufferedImage(), caption, found.rank() == 0));
    }
    return Map.of(
        "retrieved",
        ImageGrid.draw("%s: the lowest ranks first".formatted(data.name()), tiles, IN_A_ROW));
  }

  @Override
  public List<List<String>> facts() {
    List<List<String>> facts = new ArrayList<>();
    for (String way : List.of("image_to_text", "text_to_image")) {
      for (int k : new int[] {1, 5, 10}) {
        facts.add(List.of("test %s R@%d".formatted(way.replace('_', ' '), k), percent(way, k)));
      }
    }
    return facts;
  }

  @Override
  public void describe(HtmlPage page, Map<String, BufferedImage> pictures) {
    BufferedImage retrieved = pictures.get("retrieved");
    if (retrieved != null) {
      page.heading("Captions found for images")
          .picture("test images with the lowest ranks of their captions", retrieved);
    }
  }
}

package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.text.ClassNames;
import dev.vit4j.text.Templates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Captions of samples with a class: templates filled with its name. */
final class ClassCaptions implements Captioner {
  private final List<List<int[]>> tokens = new ArrayList<>(); // by class, by template

  /**
   * Computes the tokens of all classes.
   *
   * @param classes class names, with prefixes and underscores as data sets have them
   */
  ClassCaptions(Texts texts, Templates templates, List<String> classes) {
    for (String name : ClassNames.of(classes, ClassNames.Rules.PROMPTS).names()) {
      tokens.add(templates.prompts(name).stream().map(texts::tokens).toList());
    }
  }

  /** Returns the number of classes. */
  int classes() {
    return tokens.size();
  }

  /** Returns the tokens of all captions of a class. */
  List<int[]> of(int label) {
    return tokens.get(label);
  }

  @Override
  public Drawn draw(Batch batch, SplittableRandom random) {
    long[] labels = batch.labels();
    List<int[]> drawn = new ArrayList<>();
    for (long label : labels) {
      List<int[]> own = of((int) label);
      drawn.add(own.get(random.nextInt(own.size())));
    }
    return new Drawn(drawn, Arrays.stream(labels).mapToInt(Math::toIntExact).toArray());
  }
}

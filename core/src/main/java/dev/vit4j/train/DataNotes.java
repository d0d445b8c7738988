package dev.vit4j.train;

import dev.vit4j.format.Count;
import dev.vit4j.model.Family;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Advice about the data before a training starts. */
final class DataNotes {
  private DataNotes() {}

  static List<String> of(Setup setup, Recipe recipe) {
    List<String> notes = new ArrayList<>();
    Family family = setup.model().family();
    if (setup.train().size() < family.fewImages()
        && isFresh(recipe)
        && recipe.get(ModelKeys.FREEZE).isEmpty()) {
      notes.add(
          "advice: %s are too few to train a %s from scratch: use pretrained weights (--pretrained or --init MODEL)"
              .formatted(Count.of(setup.train().size(), "image"), family.title()));
    }
    return notes;
  }

  /** Returns advice about a frozen backbone; null for none. */
  static @Nullable String ofBackbone(Recipe recipe) {
    return FineTuning.isHeadOnly(recipe) && isFresh(recipe)
        ? "advice: the frozen backbone has random weights, whose features are poor: use pretrained weights (--pretrained or --init MODEL)"
        : null;
  }

  private static boolean isFresh(Recipe recipe) {
    return recipe.find(ModelKeys.INIT).isEmpty() && recipe.pretrained().isEmpty();
  }
}

package dev.vit4j.train;

import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.recipe.ModelKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.weights.Adaptation;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Initializes a model from other weights and freezes parameters. */
public final class FineTuning {

  private static final String HEAD = "head";

  private FineTuning() {}

  /**
   * Initializes a model from weights of its family or of its backbone's family, of vit4j or of
   * another library; {@link Adaptation} handles other image sizes, channels and classes.
   *
   * @param report receives notes about the weights and their adaptation
   * @return preprocessing of those weights
   */
  static Preprocess begin(Model model, Path source, Consumer<String> report) throws IOException {
    try (WeightsFolder.Loaded from = ModelSource.openFor(model, source, report)) {
      List<String> notes = Adaptation.load(from.model(), model);
      report.accept(
          "Weights loaded: " + source + (notes.isEmpty() ? "" : "; " + String.join("; ", notes)));
      return from.preprocess();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(source + ": " + e.getMessage(), e);
    }
  }

  /**
   * Freezes the parameters that the recipe selects; the name {@code head} selects the classifier,
   * {@code backbone} all other parameters.
   *
   * @throws IllegalArgumentException if a name matches no parameter, or there is no head
   */
  public static void freeze(Model model, Recipe recipe) {
    if (isHeadOnly(recipe)) {
      model.freezeAllBut(requireHead(model));
    } else if (recipe.get(ModelKeys.UNFREEZE).isEmpty()) {
      model.freeze(named(model, recipe.get(ModelKeys.FREEZE)));
    } else {
      model.freezeAllBut(named(model, recipe.get(ModelKeys.UNFREEZE)));
    }
  }

  /** Returns whether a recipe trains only the classifier. */
  static boolean isHeadOnly(Recipe recipe) {
    return recipe.get(ModelKeys.FREEZE).stream().anyMatch(ModelKeys.ALL_BUT_HEAD::contains)
        || recipe.get(ModelKeys.UNFREEZE).equals(List.of(HEAD));
  }

  private static List<String> requireHead(Model model) {
    if (model.classifier().isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no head to train: freeze fewer parameters, or set num_classes"
              .formatted(model.name()));
    }
    return model.classifier();
  }

  private static List<String> named(Model model, List<String> parts) {
    List<String> head = model.classifier();
    return parts.stream()
        .flatMap(part -> part.equals(HEAD) && !head.isEmpty() ? head.stream() : Stream.of(part))
        .toList();
  }
}

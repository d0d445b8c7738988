package dev.vit4j.cli;

import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.Word;
import dev.vit4j.train.Study;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags of {@code vit train} that start several runs of a recipe. */
final class StudyFlags {
  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Train with N seeds, starting at the recipe's; report mean and standard deviation.")
  @Nullable Integer seeds;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description = "K-fold cross-validation on the training split.")
  @Nullable Integer folds;

  @Option(
      names = "--sweep",
      paramLabel = "KEY=V,V…",
      description =
          "Train with each value, or each combination if repeated; only the run with the best validation result is tested.")
  List<String> sweep = List.of();

  /** Returns whether any of these flags was given. */
  boolean given() {
    return seeds != null || folds != null || !sweep.isEmpty();
  }

  Study of(Recipe recipe) {
    if ((seeds == null ? 0 : 1) + (folds == null ? 0 : 1) + (sweep.isEmpty() ? 0 : 1) > 1) {
      throw new IllegalArgumentException("use only one of --seeds, --folds and --sweep");
    }
    if (seeds != null) {
      return Study.seeds(recipe, seeds);
    }
    return folds != null ? Study.folds(recipe, folds) : Study.sweep(recipe, grid());
  }

  private Map<String, List<String>> grid() {
    Map<String, List<String>> grid = new LinkedHashMap<>();
    for (String axis : sweep) {
      int equals = axis.indexOf('=');
      if (equals < 1 || equals == axis.length() - 1) {
        throw new IllegalArgumentException(
            "--sweep %s: give KEY=VALUE,VALUE, for example --sweep lr=1e-3,3e-3".formatted(axis));
      }
      if (grid.put(axis.substring(0, equals), Word.split(axis.substring(equals + 1))) != null) {
        throw new IllegalArgumentException(
            "--sweep %s: the key was given twice; list all its values in one --sweep"
                .formatted(axis));
      }
    }
    return grid;
  }
}

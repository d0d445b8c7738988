package dev.vit4j.train;

import dev.vit4j.data.BrokenFiles;
import dev.vit4j.data.Dataset;
import dev.vit4j.data.Splits;
import dev.vit4j.data.StratifiedSplit;
import dev.vit4j.data.Subset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The data of a training, as its recipe says: which files count, and which samples validate. */
public final class RunData {
  private RunData() {}

  /** Returns the check of image files, which remembers in the cache folder what it has decoded. */
  public static BrokenFiles checks(Consumer<String> notes) {
    return new BrokenFiles(Datasets.cache().resolve("decoded"), notes);
  }

  /**
   * Refuses or skips unusable files.
   *
   * @param notes receives the names of skipped files
   * @throws IOException if there are unusable files and the recipe does not skip them
   */
  public static Splits checked(Recipe recipe, Splits opened, Consumer<String> notes)
      throws IOException {
    return checks(notes).check(opened, recipe.get(DataKeys.BROKEN).equals("skip"));
  }

  /**
   * Returns a split as the training of a recipe saw it: {@code train} is what it learned from, and
   * {@code val} what it was validated on, also if that is a share of the training split.
   *
   * @param splits the opened data; {@code val} must be null or one of its own
   * @param split train or val
   * @param notes receives the names of skipped files
   * @return null if there is no validation split
   * @throws IOException as {@link #checked}
   */
  public static @Nullable Dataset part(
      Recipe recipe, Splits splits, String split, Consumer<String> notes) throws IOException {
    Dataset own = splits.val();
    if (split.equals("val") && own != null && recipe.find(DataKeys.VAL_FOLD).isEmpty()) {
      return own;
    }
    boolean skip = recipe.get(DataKeys.BROKEN).equals("skip");
    Dataset train = skip ? checks(notes).check(splits.train(), true) : splits.train();
    Splits seen = validated(recipe, splits.with(train, own, splits.test()), note -> {});
    return split.equals("val") ? seen.val() : seen.train();
  }

  /**
   * Takes the validation split from the training split, unless the data has one or none is wanted.
   * All folds use one seed, so that they cover the whole training split.
   *
   * @param splits without unusable files
   * @param notes receives a line about classes without validation samples
   * @throws IllegalArgumentException as {@link StratifiedSplit#split} and {@link
   *     StratifiedSplit#fold}
   */
  public static Splits validated(Recipe recipe, Splits splits, Consumer<String> notes) {
    String fold = recipe.find(DataKeys.VAL_FOLD).orElse(null);
    double share = recipe.get(DataKeys.VAL_SPLIT);
    if (fold == null && (splits.val() != null || share == 0)) {
      return splits;
    }
    Dataset train = splits.train();
    long seed = recipe.get(RunKeys.SEED);
    Subset[] parts;
    if (fold == null) {
      parts = StratifiedSplit.split(train, share, seed, "validation", notes);
    } else {
      String[] part = fold.split("/", 2);
      parts =
          StratifiedSplit.fold(
              train, Integer.parseInt(part[0]), Integer.parseInt(part[1]), seed, notes);
    }
    return splits.with(parts[0], parts[1], splits.test());
  }
}

package dev.vit4j.recipe;

import static dev.vit4j.recipe.RecipeFlag.flag;
import static dev.vit4j.recipe.RecipeType.above;
import static dev.vit4j.recipe.RecipeType.choice;
import static dev.vit4j.recipe.RecipeType.either;
import static dev.vit4j.recipe.RecipeType.list;
import static dev.vit4j.recipe.RecipeType.matching;
import static dev.vit4j.recipe.RecipeType.number;
import static dev.vit4j.recipe.RecipeType.path;
import static dev.vit4j.recipe.RecipeType.text;

import dev.vit4j.data.source.DataSpec;
import java.util.List;

/** Keys for the data set, its splits and its normalization. */
public final class DataKeys {
  static final KeyGroup KEYS = new KeyGroup("Data");

  public static final RecipeKey<String> DATA =
      KEYS.key(
          "data",
          text(),
          "mnist-sample",
          "Data set (see vit data list); the flag also takes a folder of images or an archive.",
          flag("NAME|PATH"));
  public static final RecipeKey<String> DATA_DIR =
      KEYS.optional("data_dir", path(), "Folder or archive with the data; none: the cache folder.");
  public static final RecipeKey<Double> TEST_SPLIT =
      KEYS.key(
          "test_split",
          above(0, 0.9),
          0.2,
          "Share of a data folder without test/ that is held out for testing.");
  public static final RecipeKey<Double> VAL_SPLIT =
      KEYS.key(
          "val_split",
          number(0, 0.9),
          0.1,
          "Share of the training split held out for validation, unless the data set has a"
              + " validation split.",
          flag("SHARE"));
  public static final RecipeKey<String> VAL_FOLD =
      KEYS.optional(
          "val_fold",
          matching("[1-9]\\d{0,2}/[1-9]\\d{0,2}", "text such as 2/5"),
          "Validate on one of K folds of the training split instead of val_split; 2/5: the 2nd of"
              + " 5.");
  public static final RecipeKey<String> BROKEN =
      KEYS.key(
          "broken",
          choice("refuse", "skip"),
          "refuse",
          "Whether to refuse or skip broken image files.");
  public static final RecipeKey<String> TRAIN_LIST =
      KEYS.optional(
          "train_list", path(), "With data list: file with lines 'path label' for training.");
  public static final RecipeKey<String> VAL_LIST =
      KEYS.optional(
          "val_list", path(), "With data list: the same for validation; none: val_split.");
  public static final RecipeKey<String> TEST_LIST =
      KEYS.optional("test_list", path(), "With data list: the same for testing.");
  public static final RecipeKey<String> TRAIN_DIR =
      KEYS.optional(
          "train_dir", path(), "With data list: folder of train_list's paths; none: data_dir.");
  public static final RecipeKey<String> VAL_DIR =
      KEYS.optional(
          "val_dir", path(), "With data list: folder of val_list's paths; none: data_dir.");
  public static final RecipeKey<String> TEST_DIR =
      KEYS.optional(
          "test_dir", path(), "With data list: folder of test_list's paths; none: data_dir.");
  public static final RecipeKey<String> TEST_SET =
      KEYS.key(
          "test_set",
          matching("[^/\\\\]+", "a name such as A"),
          DataSpec.TEST_SET,
          "With data list and without train_list: test set of the folder, A for logs/test_a.txt.");
  public static final RecipeKey<String> CLASSES_FILE =
      KEYS.optional(
          "classes_file",
          path(),
          "With data list: file with lines 'Name index'; none: the classes are numbers.");
  public static final RecipeKey<List<String>> CLASS_PREFIXES =
      KEYS.key(
          "class_prefixes",
          list(text()),
          List.of(),
          "Prefixes to remove from class names, with the _ that follows.");
  public static final RecipeKey<String> CSV_IMG_KEY =
      KEYS.optional(
          "csv_img_key",
          text(),
          "With data captions: column of a table with image paths; none: filepath, file_name or image.");
  public static final RecipeKey<String> CSV_CAPTION_KEY =
      KEYS.optional(
          "csv_caption_key",
          text(),
          "With data captions: column of a table with captions; none: title, caption or text.");
  public static final RecipeKey<String> CSV_SEPARATOR =
      KEYS.optional(
          "csv_separator",
          matching(".|\t", "one character"),
          "With data captions: character between columns; none: a comma, or a tab in .tsv.");
  public static final RecipeKey<Object> TEMPLATES =
      KEYS.key(
          "templates",
          either(text(), list(text(), 1, 1000)),
          "a photo of a {c}.",
          "Captions of classes for the contrastive task: sentences with {c} for the class name.");
  public static final RecipeKey<List<Double>> MEAN =
      KEYS.optional(
          "mean",
          list(number(-1000, 1000), 1, 64),
          "Mean of each channel; none: that of the initial weights, else of the data set.");
  public static final RecipeKey<List<Double>> STD =
      KEYS.optional(
          "std",
          list(above(0, 1000), 1, 64),
          "Standard deviation of each channel; none: as for mean.");

  private DataKeys() {}
}

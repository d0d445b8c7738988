package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.UserPath;
import dev.vit4j.recipe.KeyGroup;
import dev.vit4j.recipe.RecipeFlag;
import dev.vit4j.recipe.RecipeKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The flags of {@code vit train} that change a recipe, made from the declarations of its keys.
 * Values are read and checked as in a recipe file.
 */
final class RecipeFlags implements IModelTransformer {
  private static final String SET = "--set";

  /** Adds a group of options for each topic, followed by {@code --set}. */
  @Override
  public CommandSpec transform(CommandSpec command) {
    int order = 0;
    for (KeyGroup keys : RecipeKeys.groups()) {
      ArgGroupSpec.Builder group = group(keys.title(), ++order);
      keys.flags().forEach(flag -> group.addArg(option(flag)));
      command.addArgGroup(group.build());
    }
    OptionSpec set =
        OptionSpec.builder(SET)
            .paramLabel("KEY=VALUE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .arity("1..*")
            .description("Set any recipe key (vit recipes --keys lists them).")
            .build();
    return command.addArgGroup(group("Other recipe keys", ++order).addArg(set).build());
  }

  private static ArgGroupSpec.Builder group(String title, int order) {
    return ArgGroupSpec.builder().validate(false).heading("%n" + title + "%n").order(order);
  }

  private static OptionSpec option(RecipeFlag flag) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag.names().toArray(String[]::new))
            .userObject(flag)
            .description(flag.help().replace("%", "%%"));
    return flag.isToggle()
        ? option.type(boolean.class).arity("0").build()
        : option.type(String.class).arity("1").paramLabel(flag.label()).build();
  }

  /**
   * Returns the recipe keys that were set, in the order of the options.
   *
   * @param data data set of the recipe, used if --data names a folder that contains it
   */
  static Map<String, Object> changes(ParseResult parsed, String data) throws IOException {
    Map<String, Object> changes = new LinkedHashMap<>();
    for (OptionSpec option : parsed.matchedOptions()) {
      if (option.longestName().equals(SET)) {
        option.<List<String>>getValue().forEach(pair -> set(changes, pair));
      } else if (option.longestName().equals("--data")) {
        data(changes, option.getValue(), data);
      } else if (option.userObject() instanceof RecipeFlag flag) {
        changes.put(flag.key(), option.getValue());
      }
    }
    return changes;
  }

  private static void data(Map<String, Object> changes, String value, String data)
      throws IOException {
    List<String> names = Datasets.names();
    if (names.contains(value)) {
      changes.put("data", value);
      return;
    }
    if (!Files.exists(UserPath.of(value))) {
      throw new IOException(
          "--data %s: no such folder or archive, and no data set of this name: give a path or one of %s"
              .formatted(value, String.join(", ", names)));
    }
    if (!data.equals(Datasets.LIST)) {
      List<String> fitting = Datasets.namesOf(UserPath.of(value));
      if (fitting.isEmpty() && data.equals(Datasets.SAMPLE)) {
        changes.put("data", Datasets.FOLDER);
      } else if (!fitting.isEmpty() && !fitting.contains(data)) {
        changes.put("data", fitting.get(0));
      }
    }
    changes.put("data_dir", folder(value));
  }

  /** Returns the value of data_dir for a path; {@code none} would stand for no folder. */
  static String folder(String path) {
    return path.equals("none") ? "./none" : path;
  }

  static void set(Map<String, Object> changes, String pair) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--set %s: give KEY=VALUE, for example --set sched_on=step".formatted(pair));
    }
    changes.put(pair.substring(0, equals), pair.substring(equals + 1));
  }
}

package dev.vit4j.cli;

import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.UserPath;
import dev.vit4j.text.ClassNames;
import dev.vit4j.text.DatasetPrompts;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Class names for weights that contain none: {@code @Mixin ClassOptions classes}. */
final class ClassOptions {
  @Option(
      names = "--classes",
      paramLabel = "NAME|FILE",
      description =
          "Names of the model's classes, for weights that contain none: those of a known data set, such as cifar100 or imagenet, or a file with one name per line.")
  @Nullable String classes;

  /**
   * Returns a model with the names of {@code --classes}, else with its own, else with those of its
   * data; closes it if the names do not fit.
   *
   * @param ofData class names of the data set that the model is used on; often empty
   */
  WeightsFolder.Loaded name(WeightsFolder.Loaded loaded, List<String> ofData) throws IOException {
    try {
      if (classes != null) {
        return loaded.withClasses(names(classes));
      }
      boolean fit = ofData.size() == loaded.model().numClasses();
      return loaded.classes().isEmpty() && fit ? loaded.withClasses(ofData) : loaded;
    } catch (IOException | RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private static List<String> names(String nameOrFile) throws IOException {
    Optional<List<String>> known =
        Datasets.classes(nameOrFile)
            .or(() -> DatasetPrompts.named(nameOrFile).map(DatasetPrompts::classes));
    if (known.isPresent()) {
      return known.get();
    }
    Path file = UserPath.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "--classes %s is neither a known data set, such as cifar100, nor a file"
              .formatted(nameOrFile));
    }
    return ClassNames.read(file, ClassNames.Rules.NONE).names();
  }
}

package dev.vit4j.task.catalog;

import dev.vit4j.data.Dataset;
import dev.vit4j.model.Model;
import dev.vit4j.task.Task;
import dev.vit4j.task.classification.Classification;
import dev.vit4j.task.segmentation.Segmentation;
import dev.vit4j.weights.WeightsFolder;
import java.util.List;
import java.util.stream.Collectors;

/** All tasks. */
public final class Tasks {
  /** A new task is one more entry. */
  public static final List<Task> ALL = List.of(new Classification(), new Segmentation());

  private Tasks() {}

  /**
   * The task of this name.
   *
   * @throws IllegalArgumentException naming all tasks, if there is none
   */
  public static Task named(String name) {
    return ALL.stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown task '%s': use one of %s"
                        .formatted(
                            name, ALL.stream().map(Task::name).collect(Collectors.joining(", ")))));
  }

  /**
   * The task that a model was trained for, or the first that it can do.
   *
   * @throws IllegalArgumentException if it can do none
   */
  public static Task of(WeightsFolder.Loaded loaded) {
    return loaded.task().isEmpty() ? of(loaded.model()) : named(loaded.task());
  }

  /**
   * The first task that a data set teaches.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Task of(Dataset data) {
    return ALL.stream()
        .filter(t -> t.learnsFrom(data.targets()))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no task learns from the data set " + data.name()));
  }

  /**
   * The first task that a model can do.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Task of(Model model) {
    return ALL.stream()
        .filter(t -> t.fits(model))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no task fits the model " + model.name()));
  }
}

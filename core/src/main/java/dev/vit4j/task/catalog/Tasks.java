package dev.vit4j.task.catalog;

import dev.vit4j.data.Dataset;
import dev.vit4j.model.Model;
import dev.vit4j.task.Task;
import dev.vit4j.task.classification.Classification;
import dev.vit4j.task.contrastive.Contrastive;
import dev.vit4j.task.depth.Depth;
import dev.vit4j.task.multitask.Multitask;
import dev.vit4j.task.segmentation.Segmentation;
import dev.vit4j.weights.WeightsFolder;
import java.util.List;
import java.util.stream.Collectors;

/** All tasks. */
public final class Tasks {
  /** All tasks; a new task adds one entry. */
  public static final List<Task> ALL =
      List.of(
          new Classification(),
          new Segmentation(),
          new Multitask(),
          new Contrastive(),
          new Depth());

  private Tasks() {}

  /**
   * Returns the task of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all tasks
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
   * Returns the task that a model was trained for, or else the first task that it supports.
   *
   * @throws IllegalArgumentException if it supports none
   */
  public static Task of(WeightsFolder.Loaded loaded) {
    return loaded.task().isEmpty() ? of(loaded.model()) : named(loaded.task());
  }

  /**
   * Returns the first task that can be trained on a data set.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Task of(Dataset data) {
    return ALL.stream()
        .filter(t -> t.learnsFrom(data.targets()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no task can be trained on the data set " + data.name()));
  }

  /**
   * Returns the first task that a model supports.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Task of(Model model) {
    return ALL.stream()
        .filter(t -> t.fits(model))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no task supports the model " + model.name()));
  }
}

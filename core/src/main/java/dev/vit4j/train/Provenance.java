package dev.vit4j.train;

import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.tensor.Engine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Origin of trained weights, stored in their metadata. Contains neither paths nor user information.
 *
 * @param task name of the task
 * @param settings values of the task, see {@link dev.vit4j.task.Task#metadata}
 * @param recipe name of the recipe
 * @param recipeDigest SHA-256 of the resolved recipe, the run's {@code recipe.yaml}
 * @param data name of the data set; for a folder the last component
 * @param dataDigest see {@link dev.vit4j.data.DataDigest}
 */
record Provenance(
    String task,
    Map<String, String> settings,
    String recipe,
    String recipeDigest,
    String data,
    String dataDigest) {

  static Provenance of(Recipe resolved, Map<String, String> settings, String dataDigest) {
    return new Provenance(
        resolved.get(RunKeys.TASK),
        settings,
        lastName(resolved.get(RunKeys.NAME)),
        sha256(resolved.toYaml()),
        lastName(resolved.get(DataKeys.DATA)),
        dataDigest);
  }

  /** Returns the values by their names in {@code environment.json} and in the metadata. */
  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("vit4j_version", Environment.version());
    map.put("libtorch", Engine.version());
    map.put("cpu_capability", Engine.cpuCapability());
    map.put("task", task);
    map.putAll(settings);
    map.put("recipe", recipe);
    map.put("recipe_digest", recipeDigest);
    map.put("data", data);
    map.put("data_digest", dataDigest);
    return map;
  }

  /**
   * Returns the metadata of weights.
   *
   * @param epoch number of epochs of training
   */
  Map<String, String> metadata(int epoch) {
    Map<String, String> map = toMap();
    map.put("epoch", Integer.toString(epoch));
    return map;
  }

  /** Returns the last component of a name that may be a private path. */
  private static String lastName(String name) {
    Path last = Path.of(name).getFileName();
    return last == null ? name : last.toString();
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }
}

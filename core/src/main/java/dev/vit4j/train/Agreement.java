package dev.vit4j.train;

import dev.vit4j.distributed.Ranks;
import dev.vit4j.recipe.DataKeys;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.recipe.RunKeys;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks that all ranks train the same model on the same data, before the first step. */
final class Agreement {
  /** Keys that may differ between hosts: they do not change the numbers. */
  private static final Set<String> OF_HOST =
      Set.of(
          RunKeys.NAME.name(),
          RunKeys.OUTPUT.name(),
          DataKeys.DATA_DIR.name(),
          HardwareKeys.WORKERS.name(),
          HardwareKeys.DEVICE.name());

  private Agreement() {}

  /**
   * Compares versions, recipe, data and weights.
   *
   * @throws dev.vit4j.distributed.RankFailureException saying what differs on which rank
   */
  static void ofStart(Ranks ranks, Recipe resolved, Setup setup) {
    if (ranks.size() == 1) {
      return;
    }
    ranks.requireSame(
        "vit4j version",
        Environment.version() + " with libtorch " + Engine.version(),
        "install the same version on all hosts");
    ranks.requireSame(
        "recipe value", recipe(resolved), "start all ranks with the same recipe and flags");
    ranks.requireSame("data of digest", setup.dataDigest(), "give all hosts the same data set");
    ranks.requireSame(
        "initial weights of digest",
        digest(setup.model().state()),
        "initialize all ranks from the same weights");
  }

  private static String recipe(Recipe resolved) {
    return resolved
        .toYaml()
        .lines()
        .filter(line -> !OF_HOST.contains(line.split(":", 2)[0]))
        .collect(Collectors.joining("\n"));
  }

  private static String digest(Map<String, Tensor> state) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Tensor t : state.values()) {
        try (Scope scope = Scope.open()) {
          sha.update(t.toBytes());
        }
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }
}

package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.vit4j.distributed.World;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks by the variables of torchrun and SLURM, and what the launcher passes on. */
class LaunchedByTest {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  @Test
  void torchrun() {
    Map<String, String> variables =
        Map.of(
            "RANK",
            "3",
            "WORLD_SIZE",
            "4",
            "LOCAL_RANK",
            "1",
            "LOCAL_WORLD_SIZE",
            "2",
            "MASTER_ADDR",
            "10.0.0.1",
            "MASTER_PORT",
            "29500");
    assertThat(LaunchedBy.environment(variables))
        .isEqualTo(new World(3, 4, 1, Math.max(1, CORES / 2), "10.0.0.1", 29500));
    Map<String, String> without = new HashMap<>(variables);
    without.remove("MASTER_ADDR");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LaunchedBy.environment(without))
        .withMessageContaining("MASTER_ADDR");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LaunchedBy.environment(Map.of("RANK", "one", "WORLD_SIZE", "2")))
        .withMessage("the variable RANK is one, which is no number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LaunchedBy.environment(Map.of()))
        .withMessageContaining("torchrun");
  }

  @Test
  void slurm() {
    Map<String, String> variables =
        Map.of(
            "SLURM_PROCID",
            "5",
            "SLURM_NTASKS",
            "8",
            "SLURM_LOCALID",
            "1",
            "SLURM_NODELIST",
            "node[07-09,12]",
            "SLURM_JOB_ID",
            "123456",
            "SLURM_CPUS_PER_TASK",
            "1");
    assertThat(LaunchedBy.environment(variables))
        .isEqualTo(new World(5, 8, 1, 1, "node07", 23_456));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a|a",
        "a,b[1-2]|a",
        "gpu[07-09,12],cpu1|gpu07",
        "n[3,5]|n3",
        "host-1,host-2|host-1"
      })
  void firstHostOfAList(String list, String first) {
    assertThat(LaunchedBy.firstHost(list)).isEqualTo(first);
  }

  @Test
  void theLauncherReplacesItsOptions() {
    assertThat(
            Launcher.arguments(
                List.of(
                    "train",
                    "mnist-sample",
                    "--nproc-per-node",
                    "2",
                    "--lr",
                    "0.1",
                    "--nnodes=2",
                    "--node-rank",
                    "1",
                    "--master=a:1",
                    "--json")))
        .containsExactly("train", "mnist-sample", "--lr", "0.1", "--json", "--nnodes", "auto");
  }
}

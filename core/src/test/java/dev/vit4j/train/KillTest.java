package dev.vit4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killed without warning, a training leaves nothing half-written and ends in the same bits. */
class KillTest {
  @TempDir Path killed;
  @TempDir Path whole;

  @Test
  void whatIsLeftIsCompleteAndGoesOn() throws IOException, InterruptedException {
    int epochs = 5;
    long seed = System.nanoTime();
    System.out.println("KillTest: the moments of the kills come from seed " + seed);
    int kills = KillMain.kill(killed, epochs, 5, new Random(seed));
    assertThat(kills).as("processes killed before their end, seed %d", seed).isBetween(3, 5);
    KillMain.finish(killed, whole, epochs);
  }
}

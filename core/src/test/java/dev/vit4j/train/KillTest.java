package dev.vit4j.train;

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
    KillMain.kill(killed, epochs, 5, new Random());
    KillMain.finish(killed, whole, epochs);
  }
}

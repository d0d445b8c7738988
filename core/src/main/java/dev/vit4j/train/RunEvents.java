package dev.vit4j.train;

import dev.vit4j.format.TensorBoardEvents;
import dev.vit4j.metric.Metric;
import dev.vit4j.task.Task;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Writes TensorBoard event files of a run. The horizontal axis is the number of optimizer steps,
 * also for epochs, so that events after the last checkpoint of a killed run can be recognized. A
 * session creates its file with the first event.
 */
final class RunEvents implements AutoCloseable {
  private final Path folder;
  private final Task task;
  private final boolean writes;
  private final long first;
  private double lossSum;
  private long seen;
  private @Nullable TensorBoardEvents file;

  /**
   * @param state state at the start of the session
   * @param writes whether to write anything: false on other ranks than 0
   */
  RunEvents(Path folder, TrainState state, Task task, boolean writes) {
    this.writes = writes;
    this.task = task;
    this.folder = folder;
    this.first = state.step == 0 ? 0 : state.step + 1;
    this.lossSum = state.lossSum;
    this.seen = state.seen;
  }

  private TensorBoardEvents file() throws IOException {
    if (file == null) {
      file = TensorBoardEvents.create(folder, InstantSource.system());
      file.restart(first);
    }
    return file;
  }

  /** Writes the mean loss since the previous event every {@code interval} steps. */
  void step(TrainState state, int interval) throws IOException {
    if (writes && state.step % interval == 0) {
      double loss = (state.lossSum - lossSum) / (state.seen - seen);
      file().scalar("loss/train_step", state.step, loss);
      file().flush();
      lossSum = state.lossSum;
      seen = state.seen;
    }
  }

  /** Writes the values of an epoch. */
  void epoch(long step, EpochRow row) throws IOException {
    if (!writes) {
      return;
    }
    TensorBoardEvents f = file();
    f.scalar("epoch", step, row.epoch());
    f.scalar("loss/train", step, row.train(Metric.LOSS.key()));
    f.scalar("loss/val", step, row.val(Metric.LOSS.key()));
    for (Metric m : task.trainMetrics()) {
      f.scalar(tag(m) + "/train", step, m.plain(row.train(m.key())));
    }
    for (Metric m : task.valMetrics()) {
      f.scalar(tag(m) + "/val", step, m.plain(row.val(m.key())));
    }
    f.scalar("lr", step, row.lr());
    f.scalar("images_per_second", step, row.imagesPerSecond());
    f.scalar("data_wait", step, row.dataWait());
    f.scalar("time", step, row.seconds());
    f.flush();
    lossSum = 0;
    seen = 0;
  }

  /** Returns the tag of a metric, such as {@code accuracy} or {@code mean_iou}. */
  private static String tag(Metric metric) {
    return metric.title().toLowerCase(Locale.ROOT).replace(' ', '_');
  }

  void picture(String tag, long step, BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    file().image(tag, step, picture.getWidth(), picture.getHeight(), png.toByteArray());
    file().flush();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}

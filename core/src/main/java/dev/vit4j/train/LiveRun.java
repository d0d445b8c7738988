package dev.vit4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A training that is running in a process on this machine.
 *
 * @param folder folder of the run
 * @param pid process id; SIGTERM makes it save and stop
 * @param started start time of the training in that process
 * @param epochs number of completed epochs in its log
 */
public record LiveRun(Path folder, long pid, Instant started, int epochs) {
  /**
   * Finds trainings whose process is alive.
   *
   * @param output folder of runs with one folder per task; may not exist
   * @throws IOException if the folder cannot be read
   */
  public static List<LiveRun> under(Path output) throws IOException {
    List<LiveRun> live = new ArrayList<>();
    for (Path task : folders(output)) {
      List<Path> runs = folders(task);
      addAll(live, runs);
      for (Path run : runs) {
        if (Study.isGroup(run)) {
          addAll(live, folders(run));
        }
      }
    }
    return live;
  }

  private static void addAll(List<LiveRun> live, List<Path> runs) {
    for (Path run : runs) {
      LiveRun found = of(run);
      if (found != null) {
        live.add(found);
      }
    }
  }

  private static @Nullable LiveRun of(Path run) {
    try {
      List<JsonNode> sessions = Environment.sessions(run.resolve(RunFolder.ENVIRONMENT));
      if (sessions.isEmpty()) {
        return null;
      }
      JsonNode said = sessions.get(sessions.size() - 1);
      long pid = said.path("pid").asLong(-1);
      Instant started = OffsetDateTime.parse(said.path("started").asString("")).toInstant();
      return isAlive(pid, started) && !Files.exists(run.resolve(RunFolder.RESULT))
          ? new LiveRun(run, pid, started, epochs(run))
          : null;
    } catch (IOException | JacksonException | DateTimeParseException e) {
      return null; // not a run, or a run of another version
    }
  }

  /** Process ids are reused: the training process must have started before the training. */
  private static boolean isAlive(long pid, Instant started) {
    Optional<ProcessHandle> process = pid > 0 ? ProcessHandle.of(pid) : Optional.empty();
    return process.isPresent()
        && process.get().isAlive()
        && process.get().info().startInstant().map(i -> !i.isAfter(started)).orElse(true);
  }

  private static int epochs(Path run) throws IOException {
    Path log = run.resolve(RunFolder.LOG);
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(log)) {
      return (int) Math.max(0, lines.count() - 1);
    }
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }
}

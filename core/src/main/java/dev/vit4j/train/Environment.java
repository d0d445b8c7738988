package dev.vit4j.train;

import dev.vit4j.format.AtomicFile;
import dev.vit4j.format.FormatException;
import dev.vit4j.recipe.HardwareKeys;
import dev.vit4j.recipe.Recipe;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes {@code environment.json}, a list with one entry for the start of a run and for
 * each resume: time, versions, machine, recipe and data.
 */
public final class Environment {
  private static final String VERSION = "version.txt"; // the build writes it

  private Environment() {}

  /** Returns the version of vit4j, such as {@code 0.1.0}. */
  public static String version() {
    try (InputStream in =
        Objects.requireNonNull(Environment.class.getResourceAsStream(VERSION), VERSION)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the entry of a session that starts now. */
  static Map<String, Object> session(
      Recipe recipe, Provenance provenance, Device device, int ranks) {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put(
        "started",
        ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    m.put("pid", ProcessHandle.current().pid());
    m.put("java", System.getProperty("java.runtime.version"));
    m.put("jvm", System.getProperty("java.vm.name"));
    m.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    m.put("arch", System.getProperty("os.arch"));
    m.put("cpu", Engine.cpuName().orElse("unknown"));
    m.put("cores", Runtime.getRuntime().availableProcessors());
    m.put("world_size", ranks);
    m.put("threads", recipe.get(HardwareKeys.COMPUTE_WORKERS));
    m.put("device", device.toString());
    m.put("precision", recipe.get(HardwareKeys.PRECISION));
    m.putAll(provenance.toMap());
    return m;
  }

  /**
   * Appends a session to the file.
   *
   * @throws IOException if an existing file is not a list of sessions, or cannot be written
   */
  static void add(Path file, Map<String, Object> session) throws IOException {
    List<Object> all = new ArrayList<>(Files.exists(file) ? sessions(file) : List.of());
    all.add(session);
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(all);
    AtomicFile.writeString(file, json + "\n");
  }

  /**
   * Returns the sessions of a run, oldest first.
   *
   * @throws IOException if the file is missing or is not a list of sessions
   */
  static List<JsonNode> sessions(Path file) throws IOException {
    try {
      JsonNode list = JsonMapper.shared().readTree(Files.readString(file));
      if (list.isArray()) {
        return list.valueStream().toList();
      }
    } catch (JacksonException e) {
      // Reported below.
    }
    throw new FormatException(file.toString(), -1, "is not a list of sessions: move or delete it");
  }
}

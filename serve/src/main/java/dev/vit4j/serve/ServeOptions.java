package dev.vit4j.serve;

import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Precision;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link VitServer} serves, and how.
 *
 * @param models weights folders, runs or weights files by the name that clients use, at least one
 * @param opener opens them; of a model that is explained, once more
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param tokens bearer tokens, of which a client must send one; empty to let everyone in
 * @param search feature file or index whose images {@code /v1/search} finds; null for none
 * @param bounds limits
 * @param device device of the models
 * @param precision null for the default of model and processor
 * @param threads number of compute threads, at least 1
 * @param log receives a line for each request, without line break
 * @param logFormat format of these lines
 */
public record ServeOptions(
    Map<String, Path> models,
    Opener opener,
    String host,
    int port,
    List<String> tokens,
    @Nullable Path search,
    Bounds bounds,
    Device device,
    @Nullable Precision precision,
    int threads,
    Consumer<String> log,
    LogFormat logFormat) {
  private static final int PORT = 8080;
  private static final int MOST_PORT = 65_535;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ServeOptions {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("there is no model to serve: give at least one");
    }
    if (port < 0 || port > MOST_PORT) {
      throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    for (String name : models.keySet()) {
      if (name.isEmpty() || !name.equals(printable(name)) || name.contains("/")) {
        throw new IllegalArgumentException("'%s' cannot be the name of a model".formatted(name));
      }
    }
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    tokens = List.copyOf(tokens);
  }

  private static String printable(String name) {
    return name.replaceAll("[\\p{Cntrl}\\s]", "");
  }

  /** Returns the defaults: port 8080 of this machine only, on the CPU with all cores, no log. */
  public static ServeOptions of(Map<String, Path> models) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new ServeOptions(
        models,
        ModelSource::open,
        "127.0.0.1",
        PORT,
        List.of(),
        null,
        Bounds.DEFAULT,
        Device.CPU,
        null,
        cores,
        line -> {},
        LogFormat.TEXT);
  }

  /** Opens a model. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens a weights folder, run or weights file.
     *
     * @throws IOException if it is missing or damaged
     */
    WeightsFolder.Loaded open(Path model) throws IOException;
  }

  /** Returns these options with other arguments or classes for another library's weights. */
  public ServeOptions opening(Opener newOpener) {
    return new ServeOptions(
        models, newOpener, host, port, tokens, search, bounds, device, precision, threads, log,
        logFormat);
  }

  /** Returns these options with another address. */
  public ServeOptions listeningOn(String newHost, int newPort) {
    return new ServeOptions(
        models, opener, newHost, newPort, tokens, search, bounds, device, precision, threads, log,
        logFormat);
  }

  /** Returns these options with bearer tokens. */
  public ServeOptions withTokens(List<String> newTokens) {
    return new ServeOptions(
        models, opener, host, port, newTokens, search, bounds, device, precision, threads, log,
        logFormat);
  }

  /** Returns these options with a feature file or index to search. */
  public ServeOptions searching(@Nullable Path features) {
    return new ServeOptions(
        models, opener, host, port, tokens, features, bounds, device, precision, threads, log,
        logFormat);
  }

  /** Returns these options with other limits. */
  public ServeOptions within(Bounds newBounds) {
    return new ServeOptions(
        models, opener, host, port, tokens, search, newBounds, device, precision, threads, log,
        logFormat);
  }

  /**
   * Returns these options with another device, precision or number of threads.
   *
   * @param newPrecision null for the default of model and processor
   */
  public ServeOptions computingOn(
      Device newDevice, @Nullable Precision newPrecision, int newThreads) {
    return new ServeOptions(
        models,
        opener,
        host,
        port,
        tokens,
        search,
        bounds,
        newDevice,
        newPrecision,
        newThreads,
        log,
        logFormat);
  }

  /** Returns these options with a receiver of log lines. */
  public ServeOptions logging(LogFormat format, Consumer<String> receiver) {
    return new ServeOptions(
        models, opener, host, port, tokens, search, bounds, device, precision, threads, receiver,
        format);
  }
}

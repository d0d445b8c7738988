package dev.vit4j.cli;

import dev.vit4j.serve.Bounds;
import dev.vit4j.serve.LogFormat;
import dev.vit4j.serve.ServeOptions;
import dev.vit4j.serve.VitServer;
import dev.vit4j.weights.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vit serve}: models as an HTTP service. */
@Command(
    name = "serve",
    description = "Serve models over HTTP, with a page in the browser.",
    footer = {
      "",
      "Examples:",
      "  ./vit serve runs/classification/mnist-sample1",
      "  ./vit serve --name digits=runs/classification/mnist-sample1 --port 9000"
    })
final class ServeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      arity = "0..*",
      description = "Runs, weights folders or files; the name is that of the folder.")
  List<String> models = new ArrayList<>();

  @Option(names = "--name", paramLabel = "M=PATH", description = "A model under another name.")
  Map<String, String> named = new LinkedHashMap<>();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen on; 0 for any (default: ${DEFAULT-VALUE}).")
  int port = 8080;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Bearer tokens, one per line; clients must send one.")
  @Nullable Path tokenFile;

  @Option(
      names = "--search",
      paramLabel = "FEATURES",
      description =
          "A file of vit embed or folder of vit index whose images are found by /v1/search.")
  @Nullable Path search;

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Format of the log on stderr (default: ${DEFAULT-VALUE}).")
  LogFormat logFormat = LogFormat.TEXT;

  @Option(
      names = "--limit",
      paramLabel = "NAME=N",
      description =
          "A limit: requests, queue, pixels, bodies, image-pixels, body, header, connections,"
              + " seconds, rate or batch; docs/serve.md has their values.")
  Map<String, Long> limits = new LinkedHashMap<>();

  @Mixin WeightsOptions opened = new WeightsOptions();
  @Mixin ClassOptions classes = new ClassOptions();
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin ComputeOptions compute = new ComputeOptions();

  @Override
  public Integer call() throws IOException {
    Output out = common.output();
    ServeOptions options =
        ServeOptions.of(models())
            .opening(model -> classes.name(opened.open(model, out), List.of()))
            .listeningOn(host, port)
            .withTokens(tokens())
            .searching(search)
            .within(Bounds.DEFAULT.with(limits))
            .computingOn(compute.device(), compute.answering(), compute.threads())
            .logging(logFormat, out::note);
    try (StopOnSignal stop = new StopOnSignal();
        VitServer server = VitServer.open(options)) {
      stop.begin();
      report(server, out);
      stop.await();
      server.close();
      stop.succeedIfRequested();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private void report(VitServer server, Output out) {
    if (!VitServer.isLoopback(host) && tokenFile == null) {
      out.remark(
          "vit: warning: everyone who reaches %s may use the models: give --token-file FILE"
              .formatted(host));
    }
    server.failures().forEach((name, why) -> out.failure(name + " is not served: " + why));
    String url =
        "http://%s:%d/".formatted(host.contains(":") ? "[" + host + "]" : host, server.port());
    out.result("Serving %s at %s".formatted(String.join(", ", server.models()), url));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("urls", List.of(url));
    json.put("models", server.models());
    json.put("failed", server.failures());
    out.json(json);
  }

  /** Returns the models by their names. */
  private Map<String, Path> models() throws IOException {
    Map<String, Path> all = new LinkedHashMap<>();
    for (String model : models) {
      Path path = ModelSource.find(model);
      Path file = path.toAbsolutePath().normalize().getFileName();
      add(file == null ? "model" : file.toString().replaceAll("\\.[A-Za-z]+$", ""), path, all);
    }
    for (Map.Entry<String, String> entry : named.entrySet()) {
      add(entry.getKey(), ModelSource.find(entry.getValue()), all);
    }
    return all;
  }

  private static void add(String name, Path path, Map<String, Path> all) {
    if (all.putIfAbsent(name, path) != null) {
      throw new IllegalArgumentException(
          "two models are called %s: name one with --name M=%s".formatted(name, path));
    }
  }

  private List<String> tokens() throws IOException {
    if (tokenFile == null) {
      return List.of();
    }
    List<String> tokens =
        Files.readAllLines(tokenFile).stream()
            .map(String::strip)
            .filter(t -> !t.isEmpty())
            .toList();
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(tokenFile + " has no token: write one per line");
    }
    return tokens;
  }
}

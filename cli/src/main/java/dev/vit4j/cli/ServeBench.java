package dev.vit4j.cli;

import dev.vit4j.model.Model;
import dev.vit4j.serve.ServeOptions;
import dev.vit4j.serve.VitServer;
import dev.vit4j.train.Benchmark;
import dev.vit4j.weights.ModelSource;
import dev.vit4j.weights.WeightsFolder;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Measures {@code vit serve} with random weights: clients on this machine send JPEGs one after the
 * other, each on its own connection, and read the predictions.
 */
final class ServeBench {
  private static final int WARM_UP = 3;
  private static final double LARGER = 1.15; // sides of the image, relative to the model's input

  private final Benchmark.Settings settings;
  private final HttpClient http = HttpClient.newHttpClient();

  private ServeBench(Benchmark.Settings settings) {
    this.settings = settings;
  }

  /**
   * Times requests.
   *
   * @param settings {@code batch} is the number of clients
   * @return the time in which as many requests as there are clients were answered
   * @throws IOException if a request is not answered with 200
   */
  static Benchmark.Timing time(Benchmark.Settings settings) throws IOException {
    Path folder = Files.createTempDirectory("vit-bench");
    try {
      return new ServeBench(settings).time(folder);
    } finally {
      delete(folder);
    }
  }

  private Benchmark.Timing time(Path folder) throws IOException {
    byte[] image = write(folder);
    ServeOptions options =
        ServeOptions.of(Map.of("model", folder))
            .listeningOn("127.0.0.1", 0)
            .computingOn(settings.device(), settings.precision(), settings.threads());
    try (VitServer server = VitServer.open(options)) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d/v1/predict".formatted(server.port())))
              .version(HttpClient.Version.HTTP_1_1)
              .header("Content-Type", "image/jpeg")
              .POST(HttpRequest.BodyPublishers.ofByteArray(image))
              .build();
      return intervals(ends(request));
    }
  }

  /** Writes random weights; returns an image that is a little larger than the model's input. */
  private byte[] write(Path folder) throws IOException {
    try (WeightsFolder.Loaded fresh = ModelSource.create(settings.model(), Map.of(), 0)) {
      Model model = fresh.model();
      if (model.numClasses() == 0) {
        throw new IllegalArgumentException(
            "%s predicts nothing: measure another model".formatted(settings.model()));
      }
      WeightsFolder.writeConfig(folder, fresh);
      WeightsFolder.writeWeights(folder, model, Map.of());
      return jpeg((int) (LARGER * model.width()), (int) (LARGER * model.height()));
    }
  }

  private static byte[] jpeg(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
    graphics.fillRect(0, 0, width, height);
    graphics.setPaint(Color.WHITE);
    graphics.drawOval(width / 4, height / 4, width / 2, height / 2);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
  }

  /** Sends all requests; returns when each was answered, in order. */
  private List<Long> ends(HttpRequest request) throws IOException {
    AtomicInteger left = new AtomicInteger((WARM_UP + settings.runs()) * settings.batch());
    List<Long> ends = Collections.synchronizedList(new ArrayList<>());
    Callable<Integer> client =
        () -> {
          while (left.getAndDecrement() > 0) {
            int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) {
              throw new IOException("a request was answered with " + status);
            }
            ends.add(System.nanoTime());
          }
          return left.get();
        };
    ExecutorService clients = Executors.newFixedThreadPool(settings.batch());
    try {
      for (Future<Integer> end : clients.invokeAll(Collections.nCopies(settings.batch(), client))) {
        end.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    } finally {
      clients.shutdownNow();
    }
    ends.sort(Comparator.naturalOrder());
    return ends;
  }

  private Benchmark.Timing intervals(List<Long> ends) {
    double[] ms = new double[settings.runs()];
    for (int i = 0; i < ms.length; i++) {
      int begin = (WARM_UP + i) * settings.batch() - 1;
      ms[i] = (ends.get(begin + settings.batch()) - ends.get(begin)) / 1e6;
    }
    return new Benchmark.Timing(ms, settings.batch());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

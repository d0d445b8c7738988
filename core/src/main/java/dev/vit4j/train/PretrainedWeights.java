package dev.vit4j.train;

import dev.vit4j.hub.Fetch;
import dev.vit4j.hub.HubSettings;
import dev.vit4j.hub.Published;
import dev.vit4j.web.DownloadProgress;
import dev.vit4j.web.Web;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Provides the published weights of a training from the cache or the web. */
final class PretrainedWeights {
  private static final double MB = 1e6;

  private PretrainedWeights() {}

  /**
   * Returns the path of the weights. Downloads them if they are not cached, after reporting name,
   * size and source.
   *
   * @throws IOException as {@link Fetch#run}, or if downloads are disabled
   */
  static Path get(Published weights, Consumer<String> report) throws IOException {
    return get(weights, HubSettings.ofMachine(), report);
  }

  static Path get(Published weights, HubSettings settings, Consumer<String> report)
      throws IOException {
    Optional<Path> here = weights.cached(settings);
    if (here.isPresent() || settings.isOffline()) {
      return weights.require(settings);
    }
    Fetch fetch = weights.plan(settings, new Web(Web.PATIENCE));
    report.accept(
        String.format(
            Locale.ROOT,
            "Downloading pretrained weights %s, %.2f MB, from %s to %s",
            weights.name(),
            fetch.missing() / MB,
            weights.page(settings),
            fetch.place()));
    fetch.run(new Quarters(report));
    return fetch.place();
  }

  /** Reports every quarter of a large file. */
  private static final class Quarters implements DownloadProgress {
    private static final long SMALL = 1_000_000;

    private final Consumer<String> report;
    private @Nullable URI current;
    private long told;

    Quarters(Consumer<String> report) {
      this.report = report;
    }

    @Override
    public void received(URI from, long bytes, long total) {
      if (!from.equals(current)) {
        current = from;
        told = 0;
      }
      long quarter = total < SMALL ? 0 : 4 * bytes / total;
      if (quarter > told) {
        told = quarter;
        report.accept(
            String.format(
                Locale.ROOT,
                "%s: %.2f of %.2f MB",
                from.getPath().replaceFirst(".*/", ""),
                bytes / MB,
                total / MB));
      }
    }
  }
}

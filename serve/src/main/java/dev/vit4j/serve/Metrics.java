package dev.vit4j.serve;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;

/** What a server counts, in the text format of Prometheus. */
final class Metrics {
  private static final double SECOND = 1e9; // nanoseconds

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests;
  private final Histogram seconds;
  private final Histogram batches;

  Metrics() {
    requests =
        Counter.builder()
            .name("vit4j_requests_total")
            .help("Requests by endpoint and status")
            .labelNames("endpoint", "status")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("vit4j_request_seconds")
            .help("Time from the headers of a request to the end of its response")
            .labelNames("endpoint")
            .classicOnly()
            .classicUpperBounds(
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
            .register(registry);
    batches =
        Histogram.builder()
            .name("vit4j_batch_size")
            .help("Images or texts that a model computed at once")
            .labelNames("model")
            .classicOnly()
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64)
            .register(registry);
    JvmMetrics.builder().register(registry);
  }

  /** Counts a request. */
  void request(String endpoint, int status, long nanoseconds) {
    requests.labelValues(endpoint, Integer.toString(status)).inc();
    seconds.labelValues(endpoint).observe(nanoseconds / SECOND);
  }

  /** Counts a batch. */
  void batch(String model, int size) {
    batches.labelValues(model).observe(size);
  }

  /** Shows a value and its bound. */
  void gate(String name, String help, Gate gate) {
    gauge(name, help, gate::used);
    gauge(name + "_limit", help + ", the limit", gate::most);
  }

  private void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /** Shows which models are ready. */
  void ready(Map<String, Boolean> models) {
    GaugeWithCallback.builder()
        .name("vit4j_model_ready")
        .help("1 for a model that was loaded, 0 for one that failed")
        .labelNames("model")
        .callback(callback -> models.forEach((name, up) -> callback.call(up ? 1 : 0, name)))
        .register(registry);
  }

  /** Answers {@code GET /metrics}. */
  Reply answer(Call call) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(text, registry.scrape());
    return Reply.bytes(PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
  }
}

package dev.vit4j.cli;

import dev.vit4j.image.Image;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.FeatureFile;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.TextEncoder;
import dev.vit4j.input.FitToModel;
import dev.vit4j.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Texts to embed with a CLIP model: {@code @Mixin TextOptions}. */
final class TextOptions {
  private static final int BATCH = 512;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "Embed this text instead of images (CLIP); can be repeated.")
  List<String> given = new ArrayList<>();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description = "Embed the texts of a file: one per line, or the key text of .jsonl objects.")
  @Nullable Path file;

  /** Returns whether there are texts. */
  boolean isSet() {
    return !given.isEmpty() || file != null;
  }

  /** Returns the vectors of all texts as rows of a feature file; the sources are the texts. */
  FeatureFile.Rows rows(TextEncoder encoder, boolean normalize) {
    return sink -> {
      List<String> batch = new ArrayList<>();
      for (String text : given) {
        batch.add(text);
        flush(encoder, batch, BATCH, normalize, sink);
      }
      if (file != null) {
        try (TextFile lines = TextFile.open(file)) {
          for (TextFile.Line line = lines.read(); line != null; line = lines.read()) {
            batch.add(line.text());
            flush(encoder, batch, BATCH, normalize, sink);
          }
        }
      }
      flush(encoder, batch, 1, normalize, sink);
    };
  }

  /** Embeds the batch if it has this many texts. */
  private static void flush(
      TextEncoder encoder,
      List<String> batch,
      int least,
      boolean normalize,
      Predictor.Sink<float[]> sink)
      throws IOException {
    if (batch.size() < least) {
      return;
    }
    float[][] rows = encoder.features(batch);
    for (int i = 0; i < rows.length; i++) {
      float[] row = normalize ? FeatureExtractor.normalized(rows[i]) : rows[i];
      Predictor.Picture text = new Predictor.Picture(batch.get(i), new NoImage(), null);
      sink.accept(new Predictor.Answer<>(text, row, null));
    }
    batch.clear();
  }

  /** The place of an image in a row of a text. */
  private record NoImage() implements Predictor.Reader {
    @Override
    public Image read() {
      throw new IllegalStateException("a text is not an image");
    }

    @Override
    public Image read(FitToModel fit) {
      return read();
    }
  }
}

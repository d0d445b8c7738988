package dev.vit4j.spark;

import dev.vit4j.image.Image;
import dev.vit4j.image.MaskEncoder;
import dev.vit4j.image.Palette;
import dev.vit4j.infer.ClassAnswering;
import dev.vit4j.infer.Classifier;
import dev.vit4j.infer.FeatureExtractor;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.ReadyModel;
import dev.vit4j.infer.SegmentAnswering;
import dev.vit4j.infer.Segmenter;
import dev.vit4j.weights.WeightsFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** An opened model with one of its outputs. Thread-safe. */
final class OpenModel {
  /** Converts the model's answer for an image to the value of the output column. */
  @FunctionalInterface
  private interface Column {
    Object of(float[] answer, int width, int height) throws IOException;
  }

  private final ReadyModel ready;
  private final Predictor<float[]> predictor;
  private final Column column;

  private OpenModel(ReadyModel ready, Predictor<float[]> predictor, Column column) {
    this.ready = ready;
    this.predictor = predictor;
    this.column = column;
  }

  /**
   * Returns an output of a model.
   *
   * @param ready the model of {@code loaded}
   * @throws IllegalArgumentException if the model does not have this output
   */
  static OpenModel of(
      WeightsFolder.Loaded loaded, ReadyModel ready, Output output, SparkOptions options) {
    return switch (output) {
      case EMBED -> {
        boolean unit = options.normalize();
        yield new OpenModel(
            ready,
            Predictor.of(FeatureExtractor.of(loaded, ready), 1, 1),
            (answer, width, height) -> boxed(unit ? FeatureExtractor.normalized(answer) : answer));
      }
      case PREDICT -> {
        Classifier classifier = Classifier.of(loaded, ready);
        int topK = options.topK();
        yield new OpenModel(
            ready,
            Predictor.of(new ClassAnswering(classifier, topK), 1, 1),
            (answer, width, height) -> predictions(classifier.top(answer, topK)));
      }
      case SEGMENT -> {
        Segmenter segmenter = Segmenter.of(loaded, ready);
        Palette palette = Palette.forClasses(segmenter.classes());
        yield new OpenModel(
            ready,
            Predictor.of(new SegmentAnswering(segmenter), 1, 1),
            (answer, width, height) -> png(segmenter.mask(answer, height, width), palette));
      }
    };
  }

  /**
   * Reads an image and resizes it for the model.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it does not fit the model
   */
  Image fit(ImageBytes image) throws IOException {
    return predictor.fit().of(image);
  }

  /** Runs the model on the calling thread; the result has one answer per image. */
  List<float[]> answers(List<Image> fitted) {
    List<float[]> answers = new ArrayList<>();
    ready.undivided(() -> answers.addAll(predictor.model().apply(fitted)));
    return answers;
  }

  /** Returns the value of the output column. */
  Object value(float[] answer, ImageBytes image) throws IOException {
    return column.of(answer, image.width(), image.height());
  }

  private static Float[] boxed(float[] numbers) {
    Float[] boxed = new Float[numbers.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = numbers[i];
    }
    return boxed;
  }

  private static Row[] predictions(List<Prediction> best) {
    return best.stream()
        .map(p -> RowFactory.create(p.index(), p.label(), p.probability()))
        .toArray(Row[]::new);
  }

  private static byte[] png(Image mask, Palette palette) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MaskEncoder.write(mask, palette, out);
    return out.toByteArray();
  }
}

package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.image.Image;
import dev.vit4j.image.Transform;
import dev.vit4j.input.FitToModel;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Encodes;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Engine;
import dev.vit4j.tensor.NoGrad;
import dev.vit4j.tensor.Precision;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A frozen model up to its head, in the middle of a training: it turns images into features. It
 * computes as the training would, with the plain weights, and in pieces that do not depend on the
 * machine's cores, so that neither do the numbers. ({@link FeatureExtractor} is the fast one, for a
 * model that only answers.)
 */
public final class Backbone {
  private static final int PIECE = 16; // images

  private final Model model;
  private final Preprocess preprocess;
  private final Device device;
  private final Precision precision;
  private final int threads;
  private final byte[] digest;

  /**
   * A model whose weights stay as they are now, but for its head's.
   *
   * @param threads pieces that are computed at the same time, at least 1
   */
  public Backbone(
      Model model, Preprocess preprocess, Device device, Precision precision, int threads) {
    this.model = model;
    this.preprocess = preprocess;
    this.device = device;
    this.precision = precision;
    this.threads = threads;
    this.digest = sum();
  }

  /** Takes the features of an image. */
  @FunctionalInterface
  interface Sink {
    void accept(float[] features) throws IOException;
  }

  /**
   * Hands the features of all images over, in their order; few are in memory.
   *
   * @throws IOException if an image cannot be read, or the sink fails
   */
  void compute(Dataset pictures, Sink sink) throws IOException {
    model.train(false);
    FitToModel toSize = new FitToModel(preprocess);
    Transform fit = FitToModel.unlessFitting(preprocess, pictures);
    Predictor<float[]> predictor =
        new Predictor<>(
            picture -> {
              Image image = picture.read();
              return fit == null ? image : fit.apply(image, new SplittableRandom(0));
            },
            images -> Arrays.asList(features(images, toSize)),
            PIECE,
            threads);
    predictor.run(
        Predictor.samples(pictures, Integer.MAX_VALUE),
        answer -> {
          String source = answer.picture().source();
          String error = answer.error();
          if (error != null) {
            throw new IOException(error.startsWith(source) ? error : source + ": " + error);
          }
          sink.accept(answer.found());
        });
  }

  private float[][] features(List<Image> images, FitToModel toSize) {
    if (images.isEmpty()) {
      return new float[0][];
    }
    try (NoGrad g = NoGrad.on();
        Scope scope = Scope.open();
        Precision.Region region = precision.on(device)) {
      return Rows.of(model.as(Encodes.class).features(toSize.batch(images, device)));
    }
  }

  /**
   * Everything that the features of an image depend on but the image: the weights themselves,
   * whatever file they came from, without the head's; the model's words, the preprocess, and what
   * computes.
   */
  byte[] digest() {
    return digest.clone();
  }

  private byte[] sum() {
    Digest all = new Digest();
    for (Object word :
        new Object[] {
          model.name(),
          model.args(),
          preprocess,
          device.toString().replaceAll(":.*", ""),
          precision,
          Engine.version(),
          Engine.cpuCapability()
        }) {
      all.add(word.toString().getBytes(StandardCharsets.UTF_8));
    }
    Predicate<String> isOfHead = model.isOfHead();
    for (Map.Entry<String, Tensor> e : model.state().entrySet()) {
      if (!isOfHead.test(e.getKey())) {
        Tensor t = e.getValue();
        String what = e.getKey() + t.dtype() + Arrays.toString(t.shape());
        all.add(what.getBytes(StandardCharsets.UTF_8));
        try (Scope scope = Scope.open()) {
          all.add(t.toBytes());
        }
      }
    }
    return all.bytes();
  }
}

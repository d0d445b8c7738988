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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Computes the features of a frozen backbone during training, with the same operations as the
 * training and in chunks that do not depend on the number of cores, so that the values do not
 * either. ({@link FeatureExtractor} is the faster version for inference.)
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
   * Creates a backbone of a model whose weights do not change, except those of its head.
   *
   * @param threads number of chunks to compute in parallel, at least 1
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

  /** Receives the features of an image. */
  @FunctionalInterface
  interface Sink {
    void accept(float[] features) throws IOException;
  }

  /**
   * Passes the features of all images to the sink in order, with few of them in memory.
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
   * Returns a digest of everything except the image that the features depend on: the weights
   * without those of the head, the model's arguments, the preprocessing, and the compute library
   * and device.
   */
  byte[] digest() {
    return digest.clone();
  }

  private byte[] sum() {
    Digest all = new Digest();
    for (Object value :
        new Object[] {
          model.name(),
          model.args(),
          preprocess,
          device.toString().replaceAll(":.*", ""),
          precision,
          Engine.version(),
          Engine.cpuCapability()
        }) {
      all.add(value.toString().getBytes(StandardCharsets.UTF_8));
    }
    ModelFingerprint.addWeights(all, model);
    return all.bytes();
  }
}

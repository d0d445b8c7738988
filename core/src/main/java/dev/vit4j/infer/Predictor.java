package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.Labels;
import dev.vit4j.data.source.FileTree;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.parallel.WorkerPool;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs any number of images through a model in order, with few of them in memory: each thread reads
 * a batch, resizes it to the model's input and runs it through the model. An image that cannot be
 * read does not stop the others.
 *
 * @param <A> type of the result for one image, such as probabilities
 * @param fit reads an image and resizes it to the model's height, width and channels
 * @param model returns one result for each fitted image, in order; must accept an empty list
 * @param batchSize number of images per batch, at least 1
 * @param threads number of batches to process in parallel, at least 1
 */
public record Predictor<A>(
    Fit fit, Function<List<Image>, List<A>> model, int batchSize, int threads) {

  /**
   * Checks batch size and threads.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Predictor {
    if (batchSize < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "batch size and threads must be at least 1, not %d and %d".formatted(batchSize, threads));
    }
  }

  /** Creates a predictor for a task. */
  public static <A> Predictor<A> of(Answering<A> answering, int batchSize, int threads) {
    return new Predictor<>(answering::fit, answering::answers, batchSize, threads);
  }

  /** Creates a predictor of the probability of every class. */
  public static Predictor<float[]> of(Classifier classifier, int batchSize, int threads) {
    return new Predictor<>(
        classifier::fit,
        images -> Arrays.asList(classifier.probabilitiesOfFitted(images)),
        batchSize,
        threads);
  }

  /** Creates a predictor of features. */
  public static Predictor<float[]> of(FeatureExtractor extractor, int batchSize, int threads) {
    return new Predictor<>(
        extractor::fit,
        images -> Arrays.asList(extractor.featuresOfFitted(images)),
        batchSize,
        threads);
  }

  /** Reads an image. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads the image; can be called several times.
     *
     * @throws IOException if the image is missing or damaged
     */
    Image read() throws IOException;

    /** Reads the image and resizes it for a model; for files this can use less memory. */
    default Image read(FitToModel fit) throws IOException {
      return fit.apply(read());
    }
  }

  /** An image file. */
  private record ImageFile(Path path) implements Reader {
    @Override
    public Image read() throws IOException {
      return Image.read(path);
    }

    @Override
    public Image read(FitToModel fit) throws IOException {
      return fit.read(path);
    }
  }

  /** A folder without images. */
  private record Missing(Path folder) implements Reader {
    @Override
    public Image read() throws IOException {
      throw new IOException(
          "%s contains no images (%s)".formatted(folder, String.join(", ", Image.ENDINGS)));
    }
  }

  /**
   * A sample of a data set.
   *
   * @param index index, counted from 0
   */
  public record Sample(Dataset data, int index) implements Reader {
    @Override
    public Image read() throws IOException {
      return data.image(index);
    }

    @Override
    public Image read(FitToModel fit) throws IOException {
      byte[] encoded = data.encoded(index);
      return encoded == null ? fit.apply(read()) : fit.read(encoded, data.source(index));
    }

    /** Returns the class index, or -1 if there is none. */
    public int label() {
      return data.targets() instanceof Labels labels ? labels.label(index) : -1;
    }
  }

  /** Reads an image and resizes it to the model's height, width and channels. */
  @FunctionalInterface
  public interface Fit {
    /** Returns the image in the size and channels of the model. */
    Image of(Reader picture) throws IOException;
  }

  /**
   * An input image.
   *
   * @param source name of the image
   * @param sample sample with a known target; null for a file
   */
  public record Picture(String source, Reader reader, @Nullable Sample sample) {
    /** Returns the true class index, or -1 if unknown. */
    public int label() {
      return sample == null ? -1 : sample.label();
    }
  }

  /**
   * Result for an image.
   *
   * @param value the result; null if the image could not be read
   * @param error reason why the image could not be read, else null
   */
  public record Answer<A>(Picture picture, @Nullable A value, @Nullable String error) {
    /**
     * Returns the result.
     *
     * @throws IllegalStateException if the image could not be read
     */
    public A found() {
      A found = value;
      if (found == null) {
        throw new IllegalStateException(error);
      }
      return found;
    }
  }

  /** Receives results. */
  @FunctionalInterface
  public interface Sink<A> {
    /** Receives the next result. */
    void accept(Answer<A> answer) throws IOException;
  }

  /** Returns the image of a file. */
  public static Picture file(Path path) {
    return new Picture(path.toString(), new ImageFile(path), null);
  }

  /** Returns a sample of a data set. */
  public static Picture sample(Dataset data, int index) {
    Sample sample = new Sample(data, index);
    return new Picture(data.source(index), sample, sample);
  }

  /**
   * Returns the image files, including those in folders and their subfolders, sorted by name, as
   * training finds them: links are followed, hidden files are not images. A folder without images
   * is a picture that cannot be read.
   *
   * @throws IOException if a folder cannot be read; missing files fail later
   */
  public static List<Picture> files(List<Path> paths) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        pictures.add(file(path));
        continue;
      }
      List<Path> inside = FileTree.pictures(path);
      inside.forEach(p -> pictures.add(file(p)));
      if (inside.isEmpty()) {
        pictures.add(new Picture(path.toString(), new Missing(path), null));
      }
    }
    return pictures;
  }

  /** Returns the first {@code limit} samples of a data set. */
  public static Iterable<Picture> samples(Dataset data, int limit) {
    return () ->
        IntStream.range(0, Math.min(limit, data.size())).mapToObj(i -> sample(data, i)).iterator();
  }

  /**
   * Runs all images through the model and passes the results to the sink in order. When it returns
   * or throws, no thread uses the model any more.
   *
   * @throws IOException if the sink fails
   * @throws IllegalStateException if the model's output is NaN or infinite
   */
  public void run(Iterable<Picture> pictures, Sink<A> sink) throws IOException {
    try (WorkerPool pool = new WorkerPool("vit4j-predictor", threads);
        WorkerPool.Results<List<Answer<A>>> batches =
            pool.inOrder(new Batches(pictures.iterator()), threads + 1, this::answers)) {
      while (batches.hasNext()) {
        for (Answer<A> answer : batches.next()) {
          sink.accept(answer);
        }
      }
    }
  }

  private final class Batches implements Iterator<List<Picture>> {
    private final Iterator<Picture> rest;

    Batches(Iterator<Picture> rest) {
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return rest.hasNext();
    }

    @Override
    public List<Picture> next() {
      List<Picture> batch = new ArrayList<>();
      while (rest.hasNext() && batch.size() < batchSize) {
        batch.add(rest.next());
      }
      return batch;
    }
  }

  private List<Answer<A>> answers(List<Picture> batch) {
    Threads.set(1);
    List<Image> images = new ArrayList<>();
    @Nullable String[] errors = new String[batch.size()];
    for (int i = 0; i < errors.length; i++) {
      try {
        images.add(fit.of(batch.get(i).reader())); // resized immediately, to save memory
      } catch (IOException | IllegalArgumentException e) {
        errors[i] = String.valueOf(e.getMessage());
      }
    }
    Iterator<A> found = model.apply(images).iterator();
    List<Answer<A>> answers = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      answers.add(new Answer<>(batch.get(i), errors[i] == null ? found.next() : null, errors[i]));
    }
    return answers;
  }
}

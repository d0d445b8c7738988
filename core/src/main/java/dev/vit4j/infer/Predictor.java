package dev.vit4j.infer;

import dev.vit4j.data.Dataset;
import dev.vit4j.image.Image;
import dev.vit4j.input.FitToModel;
import dev.vit4j.tensor.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs any number of pictures through a model in order, with few of them in memory: threads each
 * read some, bring them to the model's size and run them through the model at once. A picture that
 * cannot be read does not stop the others.
 *
 * @param fit reads a picture and brings it to the model's size and channels
 * @param model what it says of fitted pictures: [pictures][numbers]; none for none
 * @param batchSize pictures that go through the model at once, at least 1
 * @param threads batches that are worked on at the same time, at least 1
 */
public record Predictor(
    Fit fit, Function<List<Image>, float[][]> model, int batchSize, int threads) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Predictor {
    if (batchSize < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "batch size and threads must be at least 1, not %d and %d".formatted(batchSize, threads));
    }
  }

  /** Answers with the probabilities of a classifier. */
  public Predictor(Classifier classifier, int batchSize, int threads) {
    this(classifier::fit, classifier::probabilitiesOfFitted, batchSize, threads);
  }

  /** Answers with features. */
  public Predictor(FeatureExtractor extractor, int batchSize, int threads) {
    this(extractor::fit, extractor::featuresOfFitted, batchSize, threads);
  }

  /** How a picture is read. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads it; may be called again.
     *
     * @throws IOException if it is missing or damaged
     */
    Image read() throws IOException;

    /** Reads it and brings it to a model's size; of files this may take less memory. */
    default Image read(FitToModel fit) throws IOException {
      return fit.apply(read());
    }
  }

  /** A picture's file. */
  private record PictureFile(Path path) implements Reader {
    @Override
    public Image read() throws IOException {
      return Image.read(path);
    }

    @Override
    public Image read(FitToModel fit) throws IOException {
      return fit.read(path);
    }
  }

  /** How a picture that is read comes to the model's size and channels. */
  @FunctionalInterface
  public interface Fit {
    /** The picture as the model reads it. */
    Image of(Reader picture) throws IOException;
  }

  /**
   * A picture to come.
   *
   * @param source what users call it
   * @param label its true class, or -1 if nobody knows
   */
  public record Picture(String source, int label, Reader reader) {}

  /**
   * What was found.
   *
   * @param numbers probabilities of all classes, or features; none of a picture that could not be
   *     read
   * @param error why it could not be read, else null
   */
  public record Answer(Picture picture, float[] numbers, @Nullable String error) {}

  /** Takes answers. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(Answer answer) throws IOException;
  }

  /**
   * Pictures of files, and of all picture files in folders and below, sorted by name.
   *
   * @throws IOException if a folder has none or cannot be read; a file that is missing fails later
   */
  public static List<Picture> files(List<Path> paths) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        pictures.add(new Picture(path.toString(), -1, new PictureFile(path)));
        continue;
      }
      List<Path> inside = picturesIn(path);
      if (inside.isEmpty()) {
        throw new IOException(
            "%s holds no pictures (%s)".formatted(path, String.join(", ", Image.ENDINGS)));
      }
      inside.forEach(p -> pictures.add(new Picture(p.toString(), -1, new PictureFile(p))));
    }
    return pictures;
  }

  private static List<Path> picturesIn(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(p -> !Files.isDirectory(p)).filter(Predictor::isPicture).sorted().toList();
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Image.ENDINGS.stream().anyMatch(name::endsWith);
  }

  /** The first samples of a data set, at most {@code limit}. */
  public static Iterable<Picture> samples(Dataset data, int limit) {
    return () ->
        IntStream.range(0, Math.min(limit, data.size()))
            .mapToObj(i -> new Picture(data.source(i), data.label(i), () -> data.image(i)))
            .iterator();
  }

  /**
   * Runs all through the model, handing answers over in the order of the pictures.
   *
   * @throws IOException if the sink fails
   * @throws IllegalStateException if the model's scores are not numbers
   */
  public void run(Iterable<Picture> pictures, Sink sink) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads, Predictor::thread);
    try {
      Deque<Future<List<Answer>>> ahead = new ArrayDeque<>();
      Iterator<Picture> rest = pictures.iterator();
      while (rest.hasNext() || !ahead.isEmpty()) {
        while (rest.hasNext() && ahead.size() <= threads) {
          List<Picture> batch = take(rest);
          ahead.add(pool.submit(() -> answers(batch)));
        }
        for (Answer answer : await(ahead.remove())) {
          sink.accept(answer);
        }
      }
    } finally {
      end(pool);
    }
  }

  /** Waits for what runs, so that nothing uses a model that the caller then closes. */
  private static void end(ExecutorService pool) {
    pool.shutdownNow();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true; // a batch takes a moment; the caller sees the flag
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "vit4j-predictor");
    thread.setDaemon(true);
    return thread;
  }

  private List<Picture> take(Iterator<Picture> rest) {
    List<Picture> batch = new ArrayList<>();
    while (rest.hasNext() && batch.size() < batchSize) {
      batch.add(rest.next());
    }
    return batch;
  }

  private List<Answer> answers(List<Picture> batch) {
    Threads.set(1);
    List<Image> images = new ArrayList<>();
    @Nullable String[] errors = new String[batch.size()];
    for (int i = 0; i < errors.length; i++) {
      try {
        images.add(fit.of(batch.get(i).reader())); // a photo shrinks at once
      } catch (IOException | IllegalArgumentException e) {
        errors[i] = String.valueOf(e.getMessage());
      }
    }
    Iterator<float[]> found = List.of(model.apply(images)).iterator();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      float[] numbers = errors[i] == null ? found.next() : new float[0];
      answers.add(new Answer(batch.get(i), numbers, errors[i]));
    }
    return answers;
  }

  private static List<Answer> await(Future<List<Answer>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) {
        throw r;
      }
      if (e.getCause() instanceof Error r) {
        throw r;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while predicting", e);
    }
  }
}

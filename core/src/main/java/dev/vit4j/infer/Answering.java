package dev.vit4j.infer;

import dev.vit4j.image.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An opened model that answers about images, and the forms in which its answers are shown: all that
 * prediction needs to know about a task. {@link Predictor} runs it over any number of images.
 *
 * @param <A> the answer about one image, such as the probability of every class
 */
public interface Answering<A> extends AutoCloseable {
  /**
   * Reads an image and resizes it to the model's height, width and channels; called by several
   * threads at once.
   *
   * @throws IOException if it cannot be read
   */
  Image fit(Predictor.Reader picture) throws IOException;

  /**
   * Runs the model; called by several threads at once.
   *
   * @param fitted what {@link #fit} returned; may be empty
   * @return one answer for each, in order
   * @throws IllegalStateException if the model's scores are not numbers
   */
  List<A> answers(List<Image> fitted);

  /** The answers as CSV rows and JSON objects. */
  RowFormat<A> rows();

  /** The answer about one image in lines for people, without the image's source. */
  List<String> lines(A answer);

  /** A new comparison of answers about samples with their true targets. */
  Judge<A> judge();

  /**
   * What can be drawn of an answer, by the name of the option that asks for it; {@code plot}, the
   * image with its answer, is always among them.
   */
  Map<String, Drawing<A>> drawings();

  /** Frees the model, after the calls that run. */
  @Override
  void close();

  /** Takes answers about samples in order, and compares each with the sample's true target. */
  interface Judge<A> {
    /**
     * Takes the answer about the next sample, whose image could be read.
     *
     * @return lines for people about it
     * @throws IOException if the true target is in a file that cannot be read
     */
    List<String> next(Predictor.Answer<A> answer) throws IOException;

    /** Lines for people about all samples. */
    List<String> end();
  }

  /** An image made of an answer. */
  @FunctionalInterface
  interface Drawing<A> {
    /**
     * Draws it.
     *
     * @param picture as it was read, of any size
     */
    BufferedImage of(Image picture, A answer);

    /**
     * Whether the file's name begins with the image's position, as 00007-seven.png; else it is the
     * image's own name, ending in .png.
     */
    default boolean isNumbered() {
      return true;
    }
  }
}

package dev.vit4j.infer;

import dev.vit4j.image.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Predictions of an open model for one task, and their output formats. {@link Predictor} runs it
 * over any number of images.
 *
 * @param <A> type of the result for one image, such as the probability of every class
 */
public interface Answering<A> extends AutoCloseable {
  /**
   * Reads an image and resizes it to the model's height, width and channels; called by several
   * threads concurrently.
   *
   * @throws IOException if the image cannot be read
   */
  Image fit(Predictor.Reader picture) throws IOException;

  /**
   * Runs the model; called by several threads concurrently.
   *
   * @param fitted results of {@link #fit}; may be empty
   * @return one result per image, in order
   * @throws IllegalStateException if the model's output is NaN or infinite
   */
  List<A> answers(List<Image> fitted);

  /** Returns the format of CSV rows and JSON objects. */
  RowFormat<A> rows();

  /** Formats the result for one image as lines of text, without the image's source. */
  List<String> lines(A answer);

  /** Returns a new comparison of results with the targets of samples. */
  Judge<A> judge();

  /**
   * Returns the available drawings by the name of their option, including {@code plot}, the image
   * with its result.
   */
  Map<String, Drawing<A>> drawings();

  /** Waits for running calls and frees the model. */
  @Override
  void close();

  /** Compares results with the targets of samples, in order. */
  interface Judge<A> {
    /**
     * Compares the result of the next sample, whose image could be read.
     *
     * @return lines of text about it
     * @throws IOException if the target is in a file that cannot be read
     */
    List<String> next(Predictor.Answer<A> answer) throws IOException;

    /** Returns lines of text about all samples. */
    List<String> end();
  }

  /** Draws a result. */
  @FunctionalInterface
  interface Drawing<A> {
    /**
     * Draws a result.
     *
     * @param picture original image of any size
     */
    BufferedImage of(Image picture, A answer);

    /**
     * Returns whether the file name starts with the image's index, as in 00007-seven.png; else it
     * is the name of the image with the extension .png.
     */
    default boolean isNumbered() {
      return true;
    }
  }
}

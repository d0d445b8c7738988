package dev.vit4j.serve;

import dev.vit4j.infer.Answering;
import dev.vit4j.infer.ClassAnswering;
import dev.vit4j.infer.Prediction;
import dev.vit4j.infer.ZeroShotAnswering;
import dev.vit4j.infer.ZeroShotClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * The most probable labels of images, for protocols with one answer for all images of a request.
 */
final class TopLabels {
  private final Engine engine;

  TopLabels(Engine engine) {
    this.engine = engine;
  }

  /**
   * Returns the labels of each image by the model's own classes, the most probable first.
   *
   * @throws Problem if an image fails, or the model has no such labels
   */
  List<List<Prediction>> of(ServedModel model, List<Upload> uploads, int topK) {
    Answering<?> answering = model.answering();
    if (answering instanceof ClassAnswering of) {
      return run(uploads, floats(model), scores -> of.classifier().top(scores, topK));
    }
    if (answering instanceof ZeroShotAnswering of) {
      return run(uploads, floats(model), cosines -> top(of.classifier(), cosines, topK));
    }
    throw new Problem(
        Problem.BAD_REQUEST, "the model %s does not classify whole images".formatted(model.name()));
  }

  @SuppressWarnings("unchecked") // both answerings compute a number for each class
  private static Work<float[]> floats(ServedModel model) {
    return (Work<float[]>) model.predicting();
  }

  /**
   * Returns the labels of each image, of labels that the client chose.
   *
   * @param classifier of these labels and the model
   * @throws Problem if an image fails
   */
  List<List<Prediction>> of(
      ServedModel model, List<Upload> uploads, ZeroShotClassifier classifier) {
    return run(
        uploads,
        model.embedding(),
        features ->
            top(classifier, classifier.similarities(features), classifier.classes().size()));
  }

  private static List<Prediction> top(ZeroShotClassifier classifier, float[] cosines, int topK) {
    return Prediction.top(classifier.probabilities(cosines), classifier.classes(), topK);
  }

  private List<List<Prediction>> run(
      List<Upload> uploads, Work<float[]> work, Function<float[], List<Prediction>> labels) {
    return vectors(uploads, work).stream().map(labels).toList();
  }

  /**
   * Returns the result of each image.
   *
   * @throws Problem if one fails
   */
  <A> List<A> vectors(List<Upload> uploads, Work<A> work) {
    List<A> all = new ArrayList<>();
    for (Pictures.Result<A> result : engine.pictures().run(uploads, work, false)) {
      Problem problem = result.problem();
      if (problem != null) {
        throw uploads.size() == 1
            ? problem
            : new Problem(
                problem.status(), "%s: %s".formatted(result.upload().source(), problem.line()));
      }
      all.add(Objects.requireNonNull(result.value()));
    }
    return all;
  }
}

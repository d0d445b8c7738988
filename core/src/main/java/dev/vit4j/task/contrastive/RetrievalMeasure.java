package dev.vit4j.task.contrastive;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Captions;
import dev.vit4j.data.Dataset;
import dev.vit4j.input.ModelInput;
import dev.vit4j.metric.RetrievalResult;
import dev.vit4j.model.EncodesText;
import dev.vit4j.model.Model;
import dev.vit4j.task.Evaluation;
import dev.vit4j.task.Numbers;
import dev.vit4j.task.SharedMeasure;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Device;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Measures retrieval over a whole set of images and captions, with one vector per image and caption
 * in memory. The loss is that of each batch with the first caption of each image.
 */
final class RetrievalMeasure implements SharedMeasure<RetrievalMeasure.Part> {
  private final ModelInput input;
  private final Dataset data;
  private final Captions captions;
  private final Device device;
  private final Texts texts;
  private final RetrievalResult result = new RetrievalResult();

  RetrievalMeasure(EncodesText model, ModelInput input, Dataset data, Device device) {
    this.input = input;
    this.data = data;
    this.captions = Captions.of(data);
    this.device = device;
    this.texts = Texts.of(model);
  }

  /**
   * The vectors of a batch.
   *
   * @param indices its samples
   * @param images normalized vector of each image
   * @param texts normalized vectors of all captions of each image
   * @param loss sum of losses
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Part(int[] indices, List<float[]> images, List<float[]> texts, double loss) {}

  @Override
  public Part compute(Model model, Batch batch) {
    EncodesText both = model.as(EncodesText.class);
    List<List<String>> own = Arrays.stream(batch.indices()).mapToObj(captions::of).toList();
    List<int[]> tokens = own.stream().flatMap(List::stream).map(texts::tokens).toList();
    Tensor pixels = input.of(batch, 0, batch.size(), device);
    Tensor image = Ops.normalize(both.features(pixels).to(DType.F32));
    Tensor text =
        Ops.normalize(both.textFeatures(texts.tensor(tokens, device)).to(DType.F32)); // [ΣT, E]
    double loss = loss(both, image, text, own) * batch.size();
    return new Part(batch.indices(), rows(image), rows(text), loss);
  }

  @Override
  public void add(Part batch) {
    int from = 0;
    for (int i = 0; i < batch.indices().length; i++) {
      List<String> own = captions.of(batch.indices()[i]);
      int to = from + own.size();
      result.add(batch.images().get(i), own, batch.texts().subList(from, to));
      from = to;
    }
    result.addLoss(batch.loss());
  }

  @Override
  public void write(Part batch, DataOutputStream out) throws IOException {
    out.writeInt(batch.images().size());
    for (int i = 0; i < batch.images().size(); i++) {
      out.writeInt(batch.indices()[i]);
      Numbers.write(batch.images().get(i), out);
    }
    out.writeInt(batch.texts().size());
    for (float[] text : batch.texts()) {
      Numbers.write(text, out);
    }
    out.writeDouble(batch.loss());
  }

  @Override
  public Part read(DataInputStream in) throws IOException {
    int[] indices = new int[in.readInt()];
    List<float[]> images = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = in.readInt();
      images.add(Numbers.readFloats(in));
    }
    List<float[]> vectors = new ArrayList<>();
    for (int count = in.readInt(); count > 0; count--) {
      vectors.add(Numbers.readFloats(in));
    }
    return new Part(indices, images, vectors, in.readDouble());
  }

  private static double loss(
      EncodesText model, Tensor image, Tensor text, List<List<String>> captions) {
    long[] first = new long[captions.size()];
    for (int i = 1; i < first.length; i++) {
      first[i] = first[i - 1] + captions.get(i - 1).size();
    }
    Tensor one = Ops.embedding(text, Tensor.of(first, first.length).to(text.device()));
    int[] groups = ContrastiveLoss.groups(captions.stream().map(own -> own.get(0)).toList());
    return ContrastiveLoss.CLIP
        .of(image, one, model.logitScale(), model.logitBias(), groups)
        .item();
  }

  private static List<float[]> rows(Tensor vectors) {
    int width = (int) vectors.size(1);
    float[] flat = vectors.toFloats();
    List<float[]> rows = new ArrayList<>();
    for (int from = 0; from < flat.length; from += width) {
      rows.add(Arrays.copyOfRange(flat, from, from + width));
    }
    return rows;
  }

  @Override
  public Map<String, Double> values() {
    return result.values();
  }

  @Override
  public Evaluation evaluation(List<String> classes) {
    return new RetrievalEvaluation(result, data, result.values());
  }
}

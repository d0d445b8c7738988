package dev.vit4j.explain;

import dev.vit4j.model.Inside;
import dev.vit4j.model.Model;
import dev.vit4j.tensor.Scope;
import dev.vit4j.tensor.Tensor;
import java.util.Optional;

/** Learned filters of the first layer and position embeddings. */
public final class LearnedEmbedding {
  private LearnedEmbedding() {}

  /**
   * Returns the filters of the first layer, [filters][channels][rows][columns]: a patch embedding
   * or the first convolution.
   */
  public static float[][][][] filters(Model model) {
    String name = model.timmConfig().firstConv() + ".weight";
    Tensor weight = model.parameters().get(name); // [D, C, h, w]
    float[] values = weight.toFloats();
    int channels = (int) weight.size(1);
    int rows = (int) weight.size(2);
    int columns = (int) weight.size(3);
    float[][][][] filters = new float[(int) weight.size(0)][channels][rows][columns];
    for (int i = 0; i < values.length; i++) {
      int row = i / columns;
      int plane = row / rows;
      filters[plane / channels][plane % channels][row % rows][i % columns] = values[i];
    }
    return filters;
  }

  /**
   * Returns the cosine similarity of the position embeddings of any two tokens of the grid: [N][N]
   * in row-major order, without class, distillation and register tokens. Empty for a model without
   * position embeddings.
   */
  public static Optional<float[][]> positionSimilarity(Model model) {
    Inside.Positions place = model.family().inside(model).positions();
    if (place == null) {
      return Optional.empty();
    }
    Tensor positions = model.state().get(place.tensor()); // [1, N, D] or [N, D]
    int prefix = place.prefix();
    int tokens = (int) positions.size(-2) - prefix;
    try (Scope scope = Scope.open()) {
      Tensor all = positions.detach().reshape(positions.size(-2), positions.size(-1));
      Tensor p = all.narrow(0, prefix, tokens); // [N, D]
      float[] products = p.matmul(p.transpose(0, 1)).toFloats();
      float[][] cosine = new float[tokens][tokens];
      for (int i = 0; i < tokens; i++) {
        for (int j = 0; j < tokens; j++) {
          double squares = (double) products[i * tokens + i] * products[j * tokens + j];
          cosine[i][j] = (float) (products[i * tokens + j] / Math.sqrt(Math.max(squares, 1e-30)));
        }
      }
      return Optional.of(cosine);
    }
  }
}

package dev.vit4j.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.Fixture;
import dev.vit4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** PCA and t-SNE against scikit-learn's, from {@code bench/peers/make_map_fixture.py}. */
class ReduceTest {
  private static final Map<String, Tensor> GOLDEN = Fixture.tensors("17-map/digits.safetensors");
  private static final Tsne TSNE = new Tsne(20, 1000);

  @Test
  void principalComponentsAreScikitLearns() {
    Pca pca = Pca.of(GOLDEN.get("features"), 3);
    double[] golden = GOLDEN.get("pca").toDoubles();
    for (int i = 0; i < golden.length; i++) {
      assertThat(pca.coordinates()[i / 3][i % 3]).as("%d", i).isCloseTo(golden[i], within(1e-9));
    }
    double[] variance = GOLDEN.get("variance").toDoubles();
    for (int c = 0; c < 3; c++) {
      assertThat(pca.shares()[c]).isCloseTo(variance[c], within(1e-12));
    }
  }

  /** The measure of scikit-learn's {@code trustworthiness} (Venna and Kaski 2001). */
  private static double trustworthiness(double[][] vectors, double[][] map, int k) {
    int n = vectors.length;
    double penalty = 0;
    for (int i = 0; i < n; i++) {
      int[] ranks = new int[n];
      int rank = 0;
      for (int j : order(vectors, i)) {
        ranks[j] = rank++; // 0 of the vector itself
      }
      for (int j : Arrays.copyOfRange(order(map, i), 1, k + 1)) {
        penalty += Math.max(0, ranks[j] - k);
      }
    }
    return 1 - penalty * 2 / (n * (double) k * (2.0 * n - 3 * k - 1));
  }

  private static int[] order(double[][] rows, int from) {
    return IntStream.range(0, rows.length)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> j == from ? -1 : distance(rows[from], rows[j])))
        .mapToInt(j -> j)
        .toArray();
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  private static double[][] rows(Tensor tensor) {
    float[] flat = tensor.toFloats();
    int dim = (int) tensor.size(1);
    double[][] rows = new double[flat.length / dim][dim];
    for (int i = 0; i < flat.length; i++) {
      rows[i / dim][i % dim] = flat[i];
    }
    return rows;
  }

  @Test
  void neighborsAreKeptAsWellAsByScikitLearn() {
    Tensor features = GOLDEN.get("features");
    double[] told = {0};
    Tsne.Fitted fitted = TSNE.fit(features, 2, share -> told[0] = share);
    assertThat(told[0]).isEqualTo(1);
    double[][] vectors = rows(features);
    double golden = GOLDEN.get("trustworthiness").toDoubles()[0];
    double[] flat = GOLDEN.get("tsne").toDoubles();
    double[][] theirs = new double[vectors.length][];
    for (int i = 0; i < theirs.length; i++) {
      theirs[i] = new double[] {flat[2 * i], flat[2 * i + 1]};
    }
    assertThat(trustworthiness(vectors, theirs, 10)).isCloseTo(golden, within(1e-4));
    assertThat(trustworthiness(vectors, fitted.coordinates(), 10)).isGreaterThan(golden - 0.005);
    assertThat(fitted.divergence()).isCloseTo(GOLDEN.get("kl").toDoubles()[0], within(0.1));
  }

  @Test
  void theBitsDoNotDependOnTheThreads() {
    Tsne some = new Tsne(20, 300);
    double[][] one = some.fit(GOLDEN.get("features"), 1, share -> {}).coordinates();
    double[][] three = some.fit(GOLDEN.get("features"), 3, share -> {}).coordinates();
    assertThat(three).isDeepEqualTo(one);
  }

  @Test
  void affinitiesHaveThePerplexity() {
    Neighbors near = Neighbors.of(GOLDEN.get("features"), 61);
    Affinities p = Affinities.of(near, 20);
    double sum = 0;
    for (int i = 0; i < 300; i++) {
      assertThat(p.columns()[i]).isSorted().doesNotContain(i);
      sum += Arrays.stream(p.values()[i]).sum();
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    double[][] vectors = rows(GOLDEN.get("features"));
    assertThat(near.rows()[7][0]).isEqualTo(order(vectors, 7)[1]);
    assertThat(near.squares()[7][0])
        .isCloseTo(distance(vectors[7], vectors[near.rows()[7][0]]), within(1e-9));
  }

  @Test
  void equalVectorsStayTogether() {
    Tensor same = Tensor.of(new float[400], 100, 4);
    assertThat(new Tsne(5, 20).fit(same, 1, share -> {}).coordinates()[99]).containsExactly(0, 0);
    assertThat(Pca.of(same, 2).shares()).containsExactly(0, 0);
  }

  @Test
  void tooFewVectorsAreSaid() {
    Tensor few = Tensor.of(new float[8], 4, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tsne.DEFAULT.fit(few, 1, share -> {}))
        .withMessage("t-SNE of 4 vectors: perplexity 30 needs more than 91; use PCA");
    assertThatIllegalArgumentException().isThrownBy(() -> Pca.of(few, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tsne(0, 10));
  }
}

package dev.vit4j.model.mvit;

import dev.vit4j.nn.DepthwiseConv2d;
import dev.vit4j.nn.Init;
import dev.vit4j.nn.LayerNorm;
import dev.vit4j.nn.Linear;
import dev.vit4j.nn.Module;
import dev.vit4j.nn.Trace;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;

/**
 * Pooling attention with decomposed relative positions (Li et al. 2022, section 4.1; timm's {@code
 * MultiScaleAttention}). Convolutions, the same for all heads, reduce the grids of queries, keys
 * and values. The score of query i and key j is qᵢ · (kⱼ / √d + Rʰ + Rʷ), where Rʰ and Rʷ belong to
 * their distance in rows and in columns. The pooled queries are added to the output.
 */
final class PoolingAttention extends Module {
  private static final int KERNEL = 3;

  private final MvitConfig.Block c;
  private final boolean classToken;
  private final Tensor relPosH; // [distances, d]
  private final Tensor relPosW; // [distances, d]
  private final Linear qkv; // [D -> 3A]
  private final Linear proj; // [A -> A]
  private final Pool queries;
  private final Pool keys;
  private final Pool values;
  private final long[] rowIndex; // [rows of queries * rows of keys]
  private final long[] columnIndex;
  private final float[] places; // [keys, rows of keys + columns of keys]

  PoolingAttention(Init init, MvitConfig.Block c, boolean qkvBias, boolean classToken) {
    this.c = c;
    this.classToken = classToken;
    int dim = c.attnDim();
    this.relPosH = parameter("rel_pos_h", init.truncNormalTf(0.02, c.rowDistances(), c.headDim()));
    this.relPosW =
        parameter("rel_pos_w", init.truncNormalTf(0.02, c.columnDistances(), c.headDim()));
    this.qkv = child("qkv", new Linear(init, c.dim(), 3 * dim, qkvBias));
    this.proj = child("proj", new Linear(init, dim, dim, true));
    this.queries = new Pool(init, "q", c.strideQ());
    this.keys = new Pool(init, "k", c.strideKv());
    this.values = new Pool(init, "v", c.strideKv());
    this.rowIndex = RelativePositions.of(c.queryRows(), c.keyRows());
    this.columnIndex = RelativePositions.of(c.queryColumns(), c.keyColumns());
    this.places = places(c.keyRows(), c.keyColumns(), classToken);
  }

  /** A convolution over the grid and a norm over the channels of a head. */
  private final class Pool {
    private final DepthwiseConv2d conv;
    private final LayerNorm norm;

    Pool(Init init, String name, int stride) {
      this.conv = child("pool_" + name, new DepthwiseConv2d(init, c.headDim(), KERNEL, stride));
      this.norm = child("norm_" + name, new LayerNorm(init, c.headDim(), Mvit.NORM_EPS));
    }

    /** [B, N, A] to [B, H, N', d]; the class token is not pooled. */
    Tensor apply(Tensor tokens) {
      long b = tokens.size(0);
      int first = classToken ? 1 : 0;
      Tensor grid =
          tokens
              .narrow(1, first, (long) c.rows() * c.columns())
              .reshape(b, c.rows(), c.columns(), c.attnDim());
      Tensor pooled = conv.apply(grid.permute(0, 3, 1, 2)).permute(0, 2, 3, 1); // [B, h, w, A]
      Tensor all = pooled.reshape(b, -1, c.heads(), c.headDim()); // [B, N', H, d]
      if (classToken) {
        Tensor token = tokens.narrow(1, 0, 1).reshape(b, 1, c.heads(), c.headDim());
        all = Ops.cat(1, token, all);
      }
      return norm.apply(all).transpose(1, 2);
    }
  }

  /** [B, N, D] to [B, Nq, A], with Nq queries after pooling. */
  @Override
  protected Tensor forward(Tensor x) {
    Tensor all = qkv.apply(x); // [B, N, 3A]
    int dim = c.attnDim();
    Tensor q = queries.apply(all.narrow(2, 0, dim)); // [B, H, Nq, d]
    Tensor k = keys.apply(all.narrow(2, dim, dim)); // [B, H, Nk, d]
    Tensor v = values.apply(all.narrow(2, 2L * dim, dim));
    Tensor y = attend(q, k, v).add(q);
    return proj.apply(y.transpose(1, 2).reshape(x.size(0), q.size(2), dim));
  }

  /**
   * Attention with relative positions as further elements of the vectors: a query has its product
   * with the positions of every row and column of keys, a key has 1 at its own row and column. The
   * product of both vectors is the score, without a matrix of positions [Nq, Nk].
   *
   * @return [B, H, Nq, d]
   */
  private Tensor attend(Tensor q, Tensor k, Tensor v) {
    long n = k.size(2);
    long places = c.keyRows() + (long) c.keyColumns();
    long size = c.headDim() + places; // d' of the longer vectors, by whose root Ops divides
    Tensor query =
        Ops.cat(
            3,
            q.mul(Math.sqrt((double) size / c.headDim())),
            positions(q).mul(Math.sqrt((double) size)));
    Tensor place = Tensor.of(this.places, n, places).to(k.device()).to(k.dtype());
    Tensor key = Ops.cat(3, k, place.expand(k.size(0), c.heads(), n, places));
    Tensor probabilities = Ops.attentionProbabilities(query, key, false); // [B, H, Nq, Nk]
    Trace.record(Trace.here() + "attention", probabilities);
    return probabilities.matmul(v);
  }

  /** Products of the queries with their relative positions: [B, H, Nq, d] to [B, H, Nq, h + w]. */
  private Tensor positions(Tensor q) {
    long b = q.size(0);
    long rows = c.queryRows();
    long columns = c.queryColumns();
    Tensor grid =
        q.narrow(2, classToken ? 1 : 0, rows * columns)
            .reshape(b, c.heads(), rows, columns, c.headDim());
    Tensor byRow = grid.matmul(distances(relPosH, rowIndex, rows)); // [B, H, rows, columns, h]
    Tensor byColumn =
        grid.transpose(2, 3).matmul(distances(relPosW, columnIndex, columns)).transpose(2, 3);
    Tensor both = Ops.cat(4, byRow, byColumn).flatten(2, 3); // [B, H, rows * columns, h + w]
    return classToken ? Ops.cat(2, both.narrow(2, 0, 1).mul(0), both) : both;
  }

  /** The positions of each row of queries for each row of keys: [rows, d, rows of keys]. */
  private static Tensor distances(Tensor positions, long[] index, long queries) {
    Tensor chosen = positions.indexSelect(0, Tensor.of(index, index.length).to(positions.device()));
    return chosen.reshape(queries, index.length / queries, -1).transpose(1, 2);
  }

  /** 1 at the row and at the column of each key; the class token is at none. */
  private static float[] places(int rows, int columns, boolean classToken) {
    int wide = rows + columns;
    int first = classToken ? 1 : 0;
    float[] places = new float[(first + rows * columns) * wide];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = (first + row * columns + column) * wide;
        places[at + row] = 1;
        places[at + rows + column] = 1;
      }
    }
    return places;
  }
}

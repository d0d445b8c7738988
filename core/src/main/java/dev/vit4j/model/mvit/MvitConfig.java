package dev.vit4j.model.mvit;

import dev.vit4j.model.Args;
import dev.vit4j.model.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of timm's {@code MultiScaleVit}. In every stage after the first, the width and the
 * number of heads double, and the grid of tokens has half as many rows and columns.
 *
 * @param imgSize height and width of the images, pixels
 * @param inChans channels of the images
 * @param numClasses number of classes; 0 for no head
 * @param depths number of blocks of each stage
 * @param embedDim width D of the tokens in the first stage
 * @param numHeads number of attention heads in the first stage, a divisor of D
 * @param mlpRatio hidden width of the MLP as a factor of the width of the attention
 * @param qkvBias whether queries, keys and values have a bias
 * @param expandAttn whether the attention of a stage's first block widens the tokens; otherwise the
 *     MLP of the last block before does
 * @param classToken whether a class token is prepended
 * @param globalPool what the head reads: {@code avg}, the mean of the grid's tokens, or {@code
 *     token}, the class token
 * @param patchKernel height and width k of the patches, an odd number; they overlap, since their
 *     distance is (k + 1) / 2 pixels
 * @param dropRate dropout before the head
 * @param dropPathRate stochastic depth rate of the last block; it increases linearly from 0
 */
public record MvitConfig(
    int[] imgSize,
    int inChans,
    int numClasses,
    List<Integer> depths,
    int embedDim,
    int numHeads,
    double mlpRatio,
    boolean qkvBias,
    boolean expandAttn,
    boolean classToken,
    String globalPool,
    int patchKernel,
    double dropRate,
    double dropPathRate)
    implements ModelConfig {
  private static final int MOST_STAGES = 8;
  private static final int STRIDE_KV = 4; // of the first stage; halved with every grid

  /** Checks that the values are consistent. */
  public MvitConfig {
    if (embedDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "embed_dim %d is not divisible by num_heads %d".formatted(embedDim, numHeads));
    }
    if ((int) (embedDim * mlpRatio) < 1) {
      throw new IllegalArgumentException(
          "mlp_ratio " + mlpRatio + " leaves no hidden unit at embed_dim " + embedDim);
    }
    if (globalPool.equals("token") && !classToken) {
      throw new IllegalArgumentException("global_pool token needs use_cls_token=true");
    }
    if (patchKernel % 2 == 0) {
      throw new IllegalArgumentException(
          "patch_kernel must be odd, not %d: patches are (patch_kernel + 1) / 2 pixels apart"
              .formatted(patchKernel));
    }
  }

  /**
   * Parses constructor arguments; missing ones get timm's defaults (the base model's).
   *
   * @param model name of the model, for messages
   * @throws IllegalArgumentException naming the argument, its value and the valid values
   */
  public static MvitConfig of(String model, Map<String, ?> values) {
    Args a = new Args(model, values);
    int[] img = a.pair("img_size", 224);
    int inChans = a.integer("in_chans", 3, 1, 1024);
    int classes = a.integer("num_classes", 1000, 0, 1_000_000);
    List<Integer> depths = a.integers("depths", List.of(2, 3, 16, 3), MOST_STAGES, 1, 256);
    int dim = a.integer("embed_dim", 96, 1, 4096);
    int heads = a.integer("num_heads", 1, 1, 256);
    double mlpRatio = a.number("mlp_ratio", 4, 0, 64);
    boolean qkvBias = a.flag("qkv_bias", true);
    boolean expandAttn = a.flag("expand_attn", true);
    boolean classToken = a.flag("use_cls_token", false);
    String pool = a.word("global_pool", classToken ? "token" : "avg", List.of("avg", "token"));
    int kernel = a.integer("patch_kernel", 7, 1, 63);
    double drop = a.rate("drop_rate");
    double dropPath = a.rate("drop_path_rate");
    a.refuseUnknown();
    try {
      return new MvitConfig(
          img,
          inChans,
          classes,
          depths,
          dim,
          heads,
          mlpRatio,
          qkvBias,
          expandAttn,
          classToken,
          pool,
          kernel,
          drop,
          dropPath);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(model + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> m = new LinkedHashMap<>();
    m.put("img_size", List.of(imgSize[0], imgSize[1]));
    m.put("in_chans", inChans);
    m.put("num_classes", numClasses);
    m.put("depths", depths);
    m.put("embed_dim", embedDim);
    m.put("num_heads", numHeads);
    m.put("mlp_ratio", mlpRatio);
    m.put("qkv_bias", qkvBias);
    m.put("expand_attn", expandAttn);
    m.put("use_cls_token", classToken);
    m.put("global_pool", globalPool);
    m.put("patch_kernel", patchKernel);
    m.put("drop_rate", dropRate);
    m.put("drop_path_rate", dropPathRate);
    return m;
  }

  /** Distance between patches, pixels. */
  int patchStride() {
    return (patchKernel + 1) / 2;
  }

  /** Rows and columns of patches. */
  int[] patches() {
    return new int[] {pooled(imgSize[0], patchStride()), pooled(imgSize[1], patchStride())};
  }

  /** Rows and columns of tokens after the last block. */
  int[] grid() {
    int[] grid = patches();
    for (int stage = 1; stage < depths.size(); stage++) {
      grid = new int[] {pooled(grid[0], 2), pooled(grid[1], 2)};
    }
    return grid;
  }

  /** Width of the tokens after the last block. */
  int features() {
    return embedDim << (depths.size() - 1);
  }

  /** Number of tokens that a grid has: with kernel k and padding k / 2, stride s leaves n / s. */
  private static int pooled(int size, int stride) {
    return (size - 1) / stride + 1;
  }

  /** All blocks in their order. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    int[] grid = patches();
    int dim = embedDim;
    for (int stage = 0; stage < depths.size(); stage++) {
      int last = depths.get(stage) - 1;
      int width = embedDim << stage;
      int next = embedDim << Math.min(stage + 1, depths.size() - 1);
      for (int i = 0; i <= last; i++) {
        int attnDim = expandAttn ? width : dim;
        int outDim = expandAttn ? width : i == last ? next : dim;
        int stride = stage > 0 && i == 0 ? 2 : 1;
        Block block =
            new Block(
                "stages.%d.blocks.%d".formatted(stage, i),
                dim,
                attnDim,
                outDim,
                (int) (attnDim * mlpRatio),
                numHeads << stage,
                stride,
                Math.max(STRIDE_KV >> stage, 1),
                grid[0],
                grid[1]);
        blocks.add(block);
        grid = new int[] {block.queryRows(), block.queryColumns()};
        dim = outDim;
      }
    }
    return blocks;
  }

  /**
   * The sizes of a block.
   *
   * @param name name in the state dict
   * @param dim width of the input
   * @param attnDim width of queries, keys and values, and of the attention's output
   * @param outDim width of the output
   * @param hiddenDim hidden width of the MLP
   * @param heads number of attention heads
   * @param strideQ stride with which queries are pooled
   * @param strideKv stride with which keys and values are pooled
   * @param rows rows of the input's grid
   * @param columns columns of the input's grid
   */
  record Block(
      String name,
      int dim,
      int attnDim,
      int outDim,
      int hiddenDim,
      int heads,
      int strideQ,
      int strideKv,
      int rows,
      int columns) {
    int headDim() {
      return attnDim / heads;
    }

    int queryRows() {
      return pooled(rows, strideQ);
    }

    int queryColumns() {
      return pooled(columns, strideQ);
    }

    int keyRows() {
      return pooled(rows, strideKv);
    }

    int keyColumns() {
      return pooled(columns, strideKv);
    }

    /** Number of distances between a row of queries and a row of keys. */
    int rowDistances() {
      return 2 * Math.max(queryRows(), keyRows()) - 1;
    }

    /** Number of distances between a column of queries and a column of keys. */
    int columnDistances() {
      return 2 * Math.max(queryColumns(), keyColumns()) - 1;
    }
  }
}

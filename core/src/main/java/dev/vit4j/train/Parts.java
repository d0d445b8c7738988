package dev.vit4j.train;

import dev.vit4j.data.Batch;
import dev.vit4j.data.Column;
import dev.vit4j.distributed.Ranks;
import dev.vit4j.task.Tally;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the ranks tell each other about their parts of a batch. */
final class Parts {
  private static final Set<String> INPUTS = Set.of(Batch.IMAGE, Batch.FEATURES);

  private Parts() {}

  /**
   * Completes the targets that are stored with the images, such as masks: the weight of a shard in
   * the loss depends on those of the whole batch. Images and features stay apart.
   */
  static Batch complete(Batch batch, Ranks ranks, Shards shards) {
    if (ranks.size() == 1) {
      return batch;
    }
    Map<String, Column> columns = new LinkedHashMap<>(batch.columns());
    columns.replaceAll(
        (name, column) ->
            column instanceof Column.Part part && !INPUTS.contains(name)
                ? whole(part, batch.size(), ranks, shards)
                : column);
    return new Batch(batch.indices(), columns);
  }

  private static Column whole(Column.Part part, int size, Ranks ranks, Shards shards) {
    List<byte[]> each = ranks.gather(bytes(part.held()));
    int sample = bytes(part.held()).length / part.places().length;
    ByteBuffer all = ByteBuffer.allocate(Math.multiplyExact(size, sample));
    int[] counts = shards.counts(size);
    for (int rank = 0; rank < counts.length; rank++) {
      all.put(each.get(rank), 0, counts[rank] * sample);
    }
    all.flip();
    if (part.held() instanceof Column.Bytes bytes) {
      return new Column.Bytes(all.array(), bytes.shape());
    }
    float[] values = new float[size * part.numbers()];
    all.asFloatBuffer().get(values);
    return new Column.Floats(values, part.shape());
  }

  private static byte[] bytes(Column held) {
    if (held instanceof Column.Bytes bytes) {
      return bytes.values();
    }
    float[] values = ((Column.Floats) held).values();
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Returns each output of the whole batch as a leaf of a new graph. */
  static Tensor[] whole(Collection<Tensor[]> outputs, Ranks ranks, int[] counts) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "the loss compares samples, and a rank has none: use a batch_size of at least the number of workers on all ranks");
    }
    Tensor[] whole = new Tensor[outputs.iterator().next().length];
    for (int i = 0; i < whole.length; i++) {
      int output = i;
      Tensor[] parts = outputs.stream().map(o -> o[output].detach()).toArray(Tensor[]::new);
      whole[i] = ranks.gather(Ops.cat(0, parts), counts).detach().requiresGrad(true);
    }
    return whole;
  }

  /** Adds the outcomes of all shards in their order over all ranks. */
  static Workers.Outcome sum(List<Workers.Outcome> own, Ranks ranks) {
    double loss = 0;
    Tally tally = Tally.NONE;
    if (ranks.size() == 1) {
      for (Workers.Outcome o : own) {
        loss += o.loss();
        tally = tally.plus(o.tally());
      }
      return new Workers.Outcome(loss, tally);
    }
    try {
      for (byte[] one : ranks.gather(written(own))) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(one));
        for (int shards = in.readInt(); shards > 0; shards--) {
          loss += in.readDouble();
          for (int counts = in.readInt(); counts > 0; counts--) {
            tally = tally.plus(Tally.of(in.readUTF(), in.readLong(), in.readLong()));
          }
        }
      }
      return new Workers.Outcome(loss, tally);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written(List<Workers.Outcome> outcomes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(outcomes.size());
    for (Workers.Outcome o : outcomes) {
      out.writeDouble(o.loss());
      out.writeInt(o.tally().counts().size());
      for (Map.Entry<String, Tally.Count> count : o.tally().counts().entrySet()) {
        out.writeUTF(count.getKey());
        out.writeLong(count.getValue().right());
        out.writeLong(count.getValue().all());
      }
    }
    return bytes.toByteArray();
  }
}

package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
import dev.vit4j.format.TensorFile;
import dev.vit4j.format.TensorInfo;
import dev.vit4j.model.Family;
import dev.vit4j.model.NameTable;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.tensor.DType;
import dev.vit4j.tensor.Ops;
import dev.vit4j.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose names a file has: found by looking for the tensor that reads the pixels under every
 * library's name, whatever stands before it ({@code state_dict.module.}, {@code model.}, …).
 *
 * @param family whose tensors
 * @param table whose names
 * @param wrapper what stands before every name of the model; often nothing
 * @param ours our names, each with the tensor or the thirds that it is made of
 * @param leftOut tensors that are no part of the model, such as an optimizer's
 */
record Recognised(
    Family family,
    NameTable table,
    String wrapper,
    Map<String, List<NameTable.Source>> ours,
    List<String> leftOut) {
  private static final int THIRDS = 3;

  /** No checkpoint has more models than that; a hostile one would make the search endless. */
  private static final int MOST_WRAPPERS = 16;

  /** What stands beside a model in a checkpoint, or is a part that only pretraining uses. */
  private static final Pattern BESIDE =
      Pattern.compile(
          "(optim|(lr_)?sched|(amp_|grad_|loss_)?scaler|amp|rng|criterion|loss|decoder|args|hyper"
              + "|config|ema_|callbacks|loops).*");

  /** CLIP and its kind: the image model alone would open, and be taken for the whole. */
  private static final Pattern TWO_TOWERS =
      Pattern.compile("(.*\\.)?(text_projection|logit_scale)");

  /** timm too takes the averaged weights where a checkpoint has both. */
  private static final Pattern AVERAGED = Pattern.compile(".*(ema|teacher|averaged).*");

  /**
   * Finds out whose names these are.
   *
   * @throws FormatException naming what was seen, if no model of ours has them
   */
  static Recognised of(String source, Collection<String> names) throws IOException {
    List<Recognised> found = new ArrayList<>();
    for (Family family : Models.ALL) {
      for (NameTable table : family.interop().tables()) {
        for (String wrapper : wrappers(table, names)) {
          found.add(0, match(family, table, wrapper, names)); // of equals, max takes the last
        }
      }
    }
    Comparator<Recognised> most = Comparator.comparingInt(r -> r.ours.size());
    Recognised best =
        found.stream()
            .max(
                most.thenComparing(r -> AVERAGED.matcher(r.wrapper).matches())
                    .thenComparing(r -> -r.wrapper.length()))
            .orElse(null);
    String stranger = best == null ? "" : best.stranger();
    boolean twoTowers = names.stream().anyMatch(name -> TWO_TOWERS.matcher(name).matches());
    if (best == null || stranger != null || twoTowers) {
      throw new FormatException(source, -1, Strangers.reason(names, stranger));
    }
    return best;
  }

  private static TreeSet<String> wrappers(NameTable table, Collection<String> names) {
    TreeSet<String> wrappers = new TreeSet<>();
    for (String name : names) {
      for (String base : table.bases()) {
        String anchor = base + table.anchor();
        boolean whole =
            name.equals(anchor) || name.endsWith("." + anchor) || name.endsWith("/" + anchor);
        if (whole && wrappers.size() < MOST_WRAPPERS) {
          wrappers.add(name.substring(0, name.length() - anchor.length()));
        }
      }
    }
    return wrappers;
  }

  private static Recognised match(
      Family family, NameTable table, String wrapper, Collection<String> names) {
    Map<String, List<NameTable.Source>> ours = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    for (String name : names) {
      NameTable.Row row =
          name.startsWith(wrapper) ? table.find(name.substring(wrapper.length())) : null;
      if (row == null || row.isLeftOut()) {
        leftOut.add(name);
      } else {
        ours.computeIfAbsent(row.ours(), key -> new ArrayList<>())
            .add(new NameTable.Source(name, row));
      }
    }
    return new Recognised(family, table, wrapper, ours, leftOut);
  }

  /** The first tensor among the model's own that the table does not know. */
  private @Nullable String stranger() {
    for (String name : leftOut) {
      String rest = name.startsWith(wrapper) ? name.substring(wrapper.length()) : "";
      if (!rest.isEmpty() && !BESIDE.matcher(rest).matches() && table.find(rest) == null) {
        return name;
      }
    }
    return null;
  }

  /** Whether the head reads another layer's output, which no model of ours has. */
  boolean hasPreLogits() {
    return leftOut.stream().anyMatch(name -> name.contains("pre_logits"));
  }

  /** The shape in the file of what each of our tensors is made of; of several the first. */
  Map<String, long[]> stored(Map<String, TensorInfo> tensors) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    ours.forEach((name, sources) -> shapes.put(name, tensors.get(sources.get(0).name()).shape()));
    return shapes;
  }

  /**
   * The model's tensors under our names, in our order.
   *
   * @throws FormatException if the tensors do not fit each other
   */
  Map<String, Tensor> read(String source, TensorFile file) throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Map.Entry<String, List<NameTable.Source>> e : ours.entrySet()) {
      Tensor[] parts = new Tensor[e.getValue().get(0).row().part() < 0 ? 1 : THIRDS];
      for (NameTable.Source s : e.getValue()) {
        int place = Math.max(0, s.row().part());
        if (place >= parts.length || parts[place] != null) {
          throw new FormatException(
              source, -1, "holds %s twice, under two names".formatted(e.getKey()));
        }
        parts[place] = reordered(source, file, s);
      }
      state.put(e.getKey(), joined(source, e.getKey(), parts));
    }
    return state;
  }

  private static Tensor reordered(String source, TensorFile file, NameTable.Source s)
      throws IOException {
    TensorInfo info = file.tensors().get(s.name());
    DType type = info.dtype();
    if (type == DType.BOOL || type == DType.F8_E4M3 || type == DType.F8_E5M2) {
      throw new FormatException(
          source, -1, "%s has %s numbers, which this model cannot use".formatted(s.name(), type));
    }
    Tensor t = Tensor.of(file.data(s.name()), type, info.shape());
    boolean whole = s.row().ours().endsWith("num_batches_tracked");
    try {
      return s.row().reorder(whole ? t : t.to(DType.F32));
    } catch (RuntimeException e) { // a shape that cannot be laid out as the table says
      throw new FormatException(
          source, -1, "%s has the shape %s".formatted(s.name(), Arrays.toString(info.shape())));
    }
  }

  private static Tensor joined(String source, String name, Tensor[] parts) throws IOException {
    if (parts.length == 1) {
      return parts[0];
    }
    for (Tensor part : parts) {
      if (part == null || !Arrays.equals(part.shape(), parts[0].shape())) {
        throw new FormatException(
            source, -1, "query, key and value do not make one " + name + ": one lacks, or differs");
      }
    }
    return Ops.cat(0, parts);
  }
}

package dev.vit4j.weights;

import dev.vit4j.format.FormatException;
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
 * Naming scheme of a weights file, recognized by the name of the input layer in every supported
 * library, after any prefix ({@code state_dict.module.}, {@code model.}, …).
 *
 * @param family family of the model
 * @param table table of tensor names
 * @param wrapper prefix of all names of the model; often empty
 * @param ours vit4j's tensor names, each with the stored tensors that it consists of
 * @param leftOut tensors that are not part of the model, such as the optimizer state
 * @param customHead a head in place of the library's; null for the library's
 */
record Recognised(
    Family family,
    NameTable table,
    String wrapper,
    Map<String, List<NameTable.Source>> ours,
    List<String> leftOut,
    @Nullable CustomHead customHead) {
  /** Maximum number of models in a checkpoint, to bound the search in hostile files. */
  private static final int MOST_WRAPPERS = 16;

  /** Other parts of a checkpoint, and layers that are only used in pretraining. */
  private static final Pattern BESIDE =
      Pattern.compile(
          "(optim|(lr_)?sched|(amp_|grad_|loss_)?scaler|amp|rng|criterion|loss|decoder|args|hyper"
              + "|config|ema_|callbacks|loops).*");

  /** CLIP-like models, whose image model would otherwise be opened on its own. */
  private static final Pattern TWO_TOWERS =
      Pattern.compile("(.*\\.)?(text_projection|logit_scale)");

  /** Averaged weights are preferred, as in timm. */
  private static final Pattern AVERAGED =
      Pattern.compile(".*(ema|teacher|averaged|target_encoder).*");

  /**
   * Recognizes the naming scheme: the one of most tensors, among equals the first in the catalog.
   *
   * @throws FormatException if the names belong to no supported model
   */
  static Recognised of(String source, Collection<String> names) throws IOException {
    List<Recognised> found = new ArrayList<>();
    for (Family family : Models.ALL) {
      for (NameTable table : family.interop().tables()) {
        for (String wrapper : wrappers(table, names)) {
          found.add(match(family, table, wrapper, names));
        }
      }
    }
    Comparator<Recognised> most = Comparator.comparingInt(Recognised::tensors);
    Recognised best =
        found.stream()
            .max(
                most.thenComparing(r -> AVERAGED.matcher(r.wrapper).matches())
                    .thenComparing(r -> -r.wrapper.length()))
            .orElse(null);
    String stranger = best == null ? "" : best.stranger();
    boolean twoTowers = names.stream().anyMatch(name -> TWO_TOWERS.matcher(name).matches());
    boolean halfOfTwo = best != null && twoTowers && !best.ours.containsKey("logit_scale");
    CustomHead head = best == null ? null : best.customHead;
    if (head != null && head.sources().isEmpty() && !halfOfTwo) {
      throw new FormatException(source, -1, head.reason());
    }
    if (best == null || stranger != null || halfOfTwo) {
      throw new FormatException(source, -1, Strangers.reason(names, stranger));
    }
    return best;
  }

  /** Number of stored tensors that are the model's. */
  int tensors() {
    return ours.values().stream().mapToInt(List::size).sum();
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
    List<String> unknown = new ArrayList<>();
    for (String name : names) {
      NameTable.Row row =
          name.startsWith(wrapper) ? table.find(name.substring(wrapper.length())) : null;
      if (row == null || row.isLeftOut()) {
        leftOut.add(name);
        if (row == null && name.startsWith(wrapper)) {
          unknown.add(name.substring(wrapper.length()));
        }
      } else {
        ours.computeIfAbsent(row.ours(), key -> new ArrayList<>())
            .add(new NameTable.Source(name, row));
      }
    }
    CustomHead head = CustomHead.of(table, wrapper, unknown);
    if (head != null) {
      head.sources()
          .forEach(
              (name, tensor) -> {
                if (ours.putIfAbsent(name, List.of(tensor)) == null) {
                  leftOut.remove(tensor.name());
                }
              });
    }
    return new Recognised(family, table, wrapper, ours, leftOut, head);
  }

  /** Returns the first tensor of the model that the table does not contain. */
  private @Nullable String stranger() {
    for (String name : leftOut) {
      String rest = name.startsWith(wrapper) ? name.substring(wrapper.length()) : "";
      if (!rest.isEmpty() && !BESIDE.matcher(rest).matches() && table.find(rest) == null) {
        return name;
      }
    }
    return null;
  }

  /** Returns the stored shape of each tensor, or of the first of its parts. */
  Map<String, long[]> stored(Map<String, TensorInfo> tensors) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    ours.forEach((name, sources) -> shapes.put(name, tensors.get(sources.get(0).name()).shape()));
    return shapes;
  }

  /**
   * Reads the tensors of the model by vit4j's names, in vit4j's order.
   *
   * @throws FormatException if the tensors do not match each other
   */
  Map<String, Tensor> read(String source, Unstacked file) throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Map.Entry<String, List<NameTable.Source>> e : ours.entrySet()) {
      Tensor[] parts = new Tensor[e.getValue().get(0).row().parts()];
      for (NameTable.Source s : e.getValue()) {
        int place = s.row().part();
        if (place >= parts.length || parts[place] != null) {
          throw new FormatException(
              source, -1, "contains %s twice under different names".formatted(e.getKey()));
        }
        parts[place] = reordered(source, file, s);
      }
      state.put(e.getKey(), joined(source, e.getKey(), parts));
    }
    return state;
  }

  private static Tensor reordered(String source, Unstacked file, NameTable.Source s)
      throws IOException {
    TensorInfo info = file.tensors().get(s.name());
    DType type = info.dtype();
    if (type == DType.BOOL || type == DType.F8_E4M3 || type == DType.F8_E5M2) {
      throw new FormatException(
          source, -1, "%s has the unsupported type %s".formatted(s.name(), type));
    }
    Tensor t = Tensor.of(file.data(s.name()), type, info.shape());
    boolean whole = s.row().ours().endsWith("num_batches_tracked");
    try {
      return s.row().reorder(whole ? t : t.to(DType.F32));
    } catch (RuntimeException e) { // a shape that the table's layout does not allow
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
            source,
            -1,
            "the parts of %s cannot be combined: one is missing or differs in shape"
                .formatted(name));
      }
    }
    return Ops.cat(0, parts);
  }
}

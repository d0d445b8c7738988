package dev.vit4j.weights;

import dev.vit4j.model.NameTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A head that a user put on a model of another library, such as {@code model.fc =
 * Sequential(Dropout(), Linear(512, 3))} or {@code model.heads = Linear(768, 3)}. Its tensors have
 * names that no library has ({@code fc.1.weight}). A single layer with weights is the head; layers
 * without weights have no names and are taken for ones that do nothing in evaluation, as dropout.
 *
 * @param layers names of the layers with weights, without the wrapper
 * @param sources our names of the head's tensors; empty if there are several layers
 */
record CustomHead(List<String> layers, Map<String, NameTable.Source> sources) {
  /** Our names of the layer that computes the logits. */
  private static final Pattern OURS = Pattern.compile("(head|fc|head\\.fc)\\.\\*");

  private static final Pattern TENSOR = Pattern.compile("(.+)\\.(weight|bias)");

  /**
   * Finds such a head in place of the library's own.
   *
   * @param unknown names that the table does not contain, without the wrapper
   * @param wrapper prefix of all names
   * @return null if there is none
   */
  static @Nullable CustomHead of(NameTable table, String wrapper, Collection<String> unknown) {
    for (NameTable.Row row : table.rows()) {
      if (!OURS.matcher(row.ours()).matches() || !row.how().isEmpty()) {
        continue;
      }
      String place = row.theirs().split("[.]", 2)[0] + ".";
      List<String> names = unknown.stream().filter(name -> name.startsWith(place)).toList();
      boolean plain = names.stream().allMatch(name -> TENSOR.matcher(name).matches());
      if (!names.isEmpty() && plain) {
        return of(row, wrapper, names);
      }
    }
    return null;
  }

  private static CustomHead of(NameTable.Row row, String wrapper, List<String> names) {
    TreeSet<String> layers = new TreeSet<>();
    Map<String, NameTable.Source> sources = new LinkedHashMap<>();
    for (String name : names) {
      int dot = name.lastIndexOf('.');
      layers.add(name.substring(0, dot));
      String ours = row.ours().replace("*", name.substring(dot + 1));
      sources.put(
          ours,
          new NameTable.Source(wrapper + name, new NameTable.Row(row.theirs(), ours, List.of())));
    }
    return new CustomHead(new ArrayList<>(layers), layers.size() == 1 ? sources : Map.of());
  }

  /** Returns why several layers are not supported. */
  String reason() {
    return "unsupported model: %s are a head of several layers; a head of one Linear is supported"
        .formatted(String.join(" and ", layers));
  }
}

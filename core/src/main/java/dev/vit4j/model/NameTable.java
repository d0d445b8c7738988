package dev.vit4j.model;

import dev.vit4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one library calls the tensors of a model, beside what we call them.
 *
 * <p>A table is text, one line a name: {@code theirs ours how}. In names {@code #} is a number and
 * {@code *} a last word such as {@code weight}; the k-th {@code #} of one side is the k-th of the
 * other. {@code ~} stands for one of the table's {@link #bases}. {@code how} says how their numbers
 * lie; without it they lie as ours:
 *
 * <pre>
 * q, k, v   one third of our joined matrix or bias, in this order
 * t         [in, …] becomes [out, in]: the first size is the input's
 * t2        […, out] becomes [out, in]: the last size is the output's
 * hwio      [h, w, in, out] becomes [out, in, h, w]
 * flat      any shape becomes one row of numbers
 * </pre>
 *
 * Where several lines lead to one name of ours, the first is the one that we write; the name {@code
 * -} is of tensors that no model of ours has and that are left out.
 *
 * @param library whose names, in words
 * @param origin what that library takes for granted
 * @param bases what {@code ~} may be; the first is the one that we write
 * @param anchor their name of the tensor that reads the pixels, by which wrappers are found
 */
public record NameTable(
    String library, Origin origin, List<String> bases, String anchor, List<Row> rows) {
  private static final int THIRDS = 3;

  /** One line. */
  public record Row(String theirs, String ours, List<String> how) {
    /** Which third of our tensor it is, or -1 for all of it. */
    public int part() {
      return how.isEmpty() ? -1 : List.of("q", "k", "v").indexOf(how.get(0));
    }

    public boolean isLeftOut() {
      return ours.equals("-");
    }

    /** Their numbers in the order of ours. */
    public Tensor reorder(Tensor theirs) {
      Tensor t = theirs;
      for (String word : how) {
        t =
            switch (word) {
              case "t" -> t.reshape(t.size(0), -1).transpose(0, 1);
              case "t2" -> t.reshape(-1, t.size(-1)).transpose(0, 1);
              case "hwio" -> t.permute(3, 2, 0, 1);
              case "flat" -> t.reshape(-1);
              default -> t;
            };
      }
      return t;
    }
  }

  /** A tensor of theirs that gives one of ours, or a third of it. */
  public record Source(String name, Row row) {}

  /**
   * A table from its text.
   *
   * @param bases what {@code ~} may be, separated by {@code |}
   */
  public static NameTable of(
      String library, Origin origin, String bases, String anchor, String lines) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines.strip().lines().toList()) {
      List<String> words = List.of(line.strip().split(" +", -1));
      List<String> how = words.size() > 2 ? List.of(words.get(2).split(",", -1)) : List.of();
      rows.add(new Row(words.get(0), words.get(1), how));
    }
    return new NameTable(library, origin, List.of(bases.split("\\|", -1)), anchor, rows);
  }

  /** The row for a name of theirs, with our name in it; null for a name that is not theirs. */
  public @Nullable Row find(String name) {
    for (Row row : rows) {
      for (String base : bases) {
        String ours = translate(name, row.theirs().replace("~", base), row.ours());
        if (ours != null) {
          return new Row(row.theirs(), ours, row.how());
        }
      }
    }
    return null;
  }

  /**
   * What a tensor of ours becomes in their file: one name, or three of the thirds; none for a name
   * that their models do not have.
   *
   * @param base what {@code ~} becomes
   */
  private List<Source> theirs(String ours, String base) {
    List<Source> found = new ArrayList<>();
    for (Row row : rows) {
      String theirs = translate(ours, row.ours(), row.theirs().replace("~", base));
      if (theirs != null) {
        if (row.part() < 0) {
          return List.of(new Source(theirs, row));
        }
        found.add(new Source(theirs, row));
        if (found.size() == THIRDS) {
          return found;
        }
      }
    }
    return found;
  }

  /**
   * Tensors of ours under their names.
   *
   * @param base what {@code ~} becomes
   */
  public Map<String, Tensor> rename(Map<String, Tensor> ours, String base) {
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    ours.forEach(
        (name, t) -> {
          List<Source> sources = theirs(name, base);
          if (sources.isEmpty()) {
            throw new IllegalArgumentException("%s has no name for %s".formatted(library, name));
          }
          for (Source s : sources) {
            long third = t.size(0) / THIRDS;
            int part = s.row().part();
            theirs.put(s.name(), part < 0 ? t : t.detach().narrow(0, part * third, third));
          }
        });
    return theirs;
  }

  /** The name with its numbers and last word put into another pattern; null if it does not fit. */
  private static @Nullable String translate(String name, String pattern, String into) {
    if (!name.startsWith(pattern.split("[#*]", 2)[0])) {
      return null;
    }
    String quoted =
        Pattern.quote(pattern).replace("#", "\\E(\\d+)\\Q").replace("*", "\\E(\\w+)\\Q");
    Matcher m = Pattern.compile(quoted).matcher(name);
    if (!m.matches()) {
      return null;
    }
    String out = into;
    for (int i = 1; i <= m.groupCount(); i++) {
      out = out.replaceFirst("[#*]", m.group(i));
    }
    return out;
  }
}

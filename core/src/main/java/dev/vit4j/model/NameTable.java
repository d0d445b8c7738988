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
 * Maps one library's tensor names of a model family to this library's.
 *
 * <p>A table is text with one line per name: {@code theirs ours how}. In names, {@code #} is a
 * number and {@code *} a last component such as {@code weight}; the k-th {@code #} of one side
 * equals the k-th of the other. {@code ~} is one of the table's {@link #bases}. {@code how} is the
 * layout of the tensor, by default the same as ours:
 *
 * <pre>
 * q, k, v   one third of our joined matrix or bias, in this order
 * a, b      one half of our joined matrix or bias, in this order
 * t         [in, …] becomes [out, in]: the first size is the input's
 * t2        […, out] becomes [out, in]: the last size is the output's
 * hwio      [h, w, in, out] becomes [out, in, h, w]
 * flat      any shape becomes a vector
 * one       a vector of one number becomes a scalar
 * pixel     a convolution of one pixel [out, in, 1, …] becomes a matrix [out, in]
 * </pre>
 *
 * If several lines map to the same name of ours, the first one is used for writing. The name {@code
 * -} marks tensors that are ignored.
 *
 * @param library name of the library
 * @param origin the library's defaults
 * @param bases values of {@code ~}; the first one is used for writing
 * @param anchor their name of the tensor that reads the pixels, used to detect wrapper prefixes
 */
public record NameTable(
    String library, Origin origin, List<String> bases, String anchor, List<Row> rows) {
  private static final List<String> THIRDS = List.of("q", "k", "v");
  private static final List<String> HALVES = List.of("a", "b");

  /** One line of a table. */
  public record Row(String theirs, String ours, List<String> how) {
    /** Number of parts of theirs that our tensor is joined from; 1 for the whole tensor. */
    public int parts() {
      String first = how.isEmpty() ? "" : how.get(0);
      return THIRDS.contains(first) ? THIRDS.size() : HALVES.contains(first) ? HALVES.size() : 1;
    }

    /** Index of the part of our tensor; 0 for the whole tensor. */
    public int part() {
      return parts() == 1 ? 0 : (parts() == 2 ? HALVES : THIRDS).indexOf(how.get(0));
    }

    public boolean isLeftOut() {
      return ours.equals("-");
    }

    /** Converts our layout to theirs; not for layouts that are only read. */
    private Tensor restore(Tensor ours) {
      Tensor t = ours;
      for (String word : how) {
        t =
            switch (word) {
              case "t" -> t.detach().transpose(0, 1).contiguous();
              case "one" -> t.detach().reshape(1);
              case "q", "k", "v", "a", "b" -> t;
              default -> throw new IllegalStateException("%s is only read".formatted(theirs));
            };
      }
      return t;
    }

    /** Converts their layout to ours. */
    public Tensor reorder(Tensor theirs) {
      Tensor t = theirs;
      for (String word : how) {
        t =
            switch (word) {
              case "t" -> t.reshape(t.size(0), -1).transpose(0, 1);
              case "t2" -> t.reshape(-1, t.size(-1)).transpose(0, 1);
              case "hwio" -> t.permute(3, 2, 0, 1);
              case "flat" -> t.reshape(-1);
              case "one" -> t.reshape();
              case "pixel" -> t.reshape(t.size(0), t.size(1));
              default -> t;
            };
      }
      return t;
    }
  }

  /** A tensor of theirs that corresponds to one of ours or to a part of it. */
  public record Source(String name, Row row) {}

  /**
   * Parses a table.
   *
   * @param bases values of {@code ~}, separated by {@code |}
   */
  public static NameTable of(
      String library, Origin origin, String bases, String anchor, String lines) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines.strip().lines().toList()) {
      List<String> columns = List.of(line.strip().split(" +", -1));
      List<String> how = columns.size() > 2 ? List.of(columns.get(2).split(",", -1)) : List.of();
      rows.add(new Row(columns.get(0), columns.get(1), how));
    }
    return new NameTable(library, origin, List.of(bases.split("\\|", -1)), anchor, rows);
  }

  /** Returns the row for a name of theirs, with our name inserted; null for an unknown name. */
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
   * Returns their names for a tensor of ours: one, or one for each part; empty for a name that
   * their models do not have.
   *
   * @param base value of {@code ~}
   */
  private List<Source> theirs(String ours, String base) {
    List<Source> found = new ArrayList<>();
    for (Row row : rows) {
      String theirs = translate(ours, row.ours(), row.theirs().replace("~", base));
      if (theirs != null) {
        found.add(new Source(theirs, row));
        if (found.size() == found.get(0).row().parts()) {
          return found;
        }
      }
    }
    return found;
  }

  /**
   * Returns our tensors under their names.
   *
   * @param base value of {@code ~}
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
            int parts = s.row().parts();
            long size = parts == 1 ? 0 : t.size(0) / parts;
            Tensor part = parts == 1 ? t : t.detach().narrow(0, s.row().part() * size, size);
            theirs.put(s.name(), s.row().restore(part));
          }
        });
    return theirs;
  }

  /** Translates a name from one pattern to another; null if it does not match. */
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

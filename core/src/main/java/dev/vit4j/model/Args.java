package dev.vit4j.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads typed constructor arguments from a configuration; an invalid value is a one-line error. */
public final class Args {
  private static final int MOST_RATIO = 64;

  private final String model;
  private final Map<String, ?> values;
  private final Set<String> known = new LinkedHashSet<>();

  public Args(String model, Map<String, ?> values) {
    this.model = model;
    this.values = values;
  }

  public int integer(String key, int fallback, int min, int max) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof Number n) || n.doubleValue() != Math.rint(n.doubleValue())) {
      throw wrong(key, value, "a whole number");
    }
    if (n.doubleValue() < min || n.doubleValue() > max) {
      throw wrong(key, value, "from " + min + " to " + max);
    }
    return n.intValue();
  }

  public double number(String key, double fallback, double min, double max) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof Number n)) {
      throw wrong(key, value, "a number");
    }
    if (!(n.doubleValue() >= min && n.doubleValue() <= max)) {
      throw wrong(key, value, "from " + min + " to " + max);
    }
    return n.doubleValue();
  }

  /** Reads a dropout rate: from 0 to below 1. */
  public double rate(String key) {
    return rate(key, 0);
  }

  /** As {@link #rate(String)}, with another default. */
  public double rate(String key, double fallback) {
    double rate = number(key, fallback, 0, 1);
    if (rate == 1) {
      throw wrong(key, rate, "below 1");
    }
    return rate;
  }

  public @Nullable Double optionalNumber(String key) {
    return get(key) == null ? null : number(key, 0, -1e6, 1e6);
  }

  public boolean flag(String key, boolean fallback) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof Boolean b)) {
      throw wrong(key, value, "true or false");
    }
    return b;
  }

  public @Nullable Boolean optionalFlag(String key) {
    return get(key) == null ? null : flag(key, false);
  }

  public String word(String key, String fallback, Collection<String> allowed) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof String s) || !allowed.contains(s)) {
      throw wrong(key, value, "one of " + String.join(", ", allowed));
    }
    return s;
  }

  /** Reads a string. */
  public String text(String key, String fallback) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof String s)) {
      throw wrong(key, value, "a string");
    }
    return s;
  }

  /** Reads a list of 1 to {@code most} integers. */
  public List<Integer> integers(String key, List<Integer> fallback, int most, int min, int max) {
    Object value = get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof List<?> list)
        || list.isEmpty()
        || list.size() > most
        || !list.stream().allMatch(n -> n instanceof Integer i && i >= min && i <= max)) {
      throw wrong(
          key, value, "a list of 1 to %d whole numbers from %d to %d".formatted(most, min, max));
    }
    return list.stream().map(Integer.class::cast).toList();
  }

  /** A list of so many truth values; all false if it is absent. */
  public List<Boolean> flags(String key, int count) {
    Object value = get(key);
    if (value == null) {
      return Collections.nCopies(count, false);
    }
    if (!(value instanceof List<?> list)
        || list.size() != count
        || !list.stream().allMatch(Boolean.class::isInstance)) {
      throw wrong(key, value, "a list of %d values, true or false".formatted(count));
    }
    return list.stream().map(Boolean.class::cast).toList();
  }

  /** A size given as one number or as [height, width]. */
  public int[] pair(String key, int fallback) {
    Object value = get(key);
    if (value instanceof List<?> list) {
      if (list.isEmpty() || list.size() > 2) {
        throw wrong(key, value, "one number or [height, width]");
      }
      return new int[] {side(key, list.get(0)), side(key, list.get(list.size() - 1))};
    }
    int side = value == null ? fallback : side(key, value);
    return new int[] {side, side};
  }

  /** Reads factors given as one number or as a list of two, each positive and at most 64. */
  public double[] ratios(String key, double first, double second) {
    Object value = get(key);
    if (value == null) {
      return new double[] {first, second};
    }
    List<?> list = value instanceof List<?> l ? l : List.of(value, value);
    double[] ratios = new double[2];
    for (int i = 0; i < 2; i++) {
      if (list.size() != 2
          || !(list.get(i) instanceof Number n)
          || !(n.doubleValue() > 0 && n.doubleValue() <= MOST_RATIO)) {
        throw wrong(key, value, "one or two factors up to " + MOST_RATIO);
      }
      ratios[i] = n.doubleValue();
    }
    return ratios;
  }

  private int side(String key, @Nullable Object value) {
    if (!(value instanceof Integer n) || n < 1 || n > 16384) {
      throw wrong(key, value, "pixels from 1 to 16384");
    }
    return n;
  }

  /** Rejects unknown arguments, which would otherwise have no effect. */
  public void refuseUnknown() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            model
                + ": unknown model argument '"
                + key
                + "': known are "
                + String.join(", ", known));
      }
    }
  }

  private @Nullable Object get(String key) {
    known.add(key);
    return values.get(key);
  }

  private IllegalArgumentException wrong(String key, @Nullable Object value, String wanted) {
    return new IllegalArgumentException(
        model + ": " + key + " must be " + wanted + ", not " + value);
  }
}

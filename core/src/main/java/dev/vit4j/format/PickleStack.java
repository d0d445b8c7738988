package dev.vit4j.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stack of a {@link PickleMachine}, with its marks. */
final class PickleStack {
  private final PickleInput in;
  private final List<@Nullable Object> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();

  PickleStack(PickleInput in) {
    this.in = in;
  }

  void clear() {
    values.clear();
    marks.clear();
  }

  void push(@Nullable Object value) {
    values.add(value);
  }

  void mark() {
    marks.add(values.size());
  }

  /** Removes the top value or mark. */
  void drop(int at) throws FormatException {
    if (!marks.isEmpty() && floor() == values.size()) {
      marks.remove(marks.size() - 1);
    } else {
      pop(at);
    }
  }

  /** Returns the top value without removing it. */
  <T> T top(Class<T> type, int at) throws FormatException {
    Object value = values.size() > floor() ? values.get(values.size() - 1) : null;
    if (!type.isInstance(value)) {
      throw in.wrong(at, "a %s is missing on the stack".formatted(type.getSimpleName()));
    }
    return type.cast(value);
  }

  @Nullable Object pop(int at) throws FormatException {
    return popLast(1, at).get(0);
  }

  /** Index of the lowest accessible value: values below the last mark are not accessible. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  List<@Nullable Object> popLast(int count, int at) throws FormatException {
    int from = values.size() - count;
    if (from < floor()) {
      throw in.wrong(at, "the stack is empty");
    }
    List<@Nullable Object> tail = values.subList(from, values.size());
    List<@Nullable Object> out = new ArrayList<>(tail);
    tail.clear();
    return out;
  }

  List<@Nullable Object> popMark(int at) throws FormatException {
    if (marks.isEmpty()) {
      throw in.wrong(at, "a mark is missing on the stack");
    }
    List<@Nullable Object> out = popLast(values.size() - floor(), at);
    marks.remove(marks.size() - 1);
    return out;
  }
}

package dev.vit4j.format;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks that nested lists and dicts have no cycles and a limited depth. Each object is visited
 * once.
 */
final class PickleNesting {
  private static final int IN_PROGRESS = -1;

  private PickleNesting() {}

  private record Entered(Object container, Iterator<?> children) {}

  static void check(@Nullable Object root, int maxDepth, Function<String, FormatException> wrong)
      throws FormatException {
    // Depth of each container, once known.
    IdentityHashMap<Object, Integer> levels = new IdentityHashMap<>();
    Deque<Entered> path = new ArrayDeque<>();
    enter(root, levels, path);
    while (!path.isEmpty()) {
      if (path.size() > maxDepth) {
        throw wrong.apply("lists and dicts are nested deeper than " + maxDepth);
      }
      Entered last = path.getLast();
      if (last.children().hasNext()) {
        Object child = last.children().next();
        Integer known = child == null ? null : levels.get(child);
        if (known == null) {
          enter(child, levels, path);
        } else if (known == IN_PROGRESS) {
          throw wrong.apply("a list or dict contains itself");
        } else if (path.size() + known > maxDepth) {
          throw wrong.apply("lists and dicts are nested deeper than " + maxDepth);
        }
      } else {
        path.removeLast();
        levels.put(last.container(), 1 + deepest(last.container(), levels));
      }
    }
  }

  private static void enter(
      @Nullable Object value, IdentityHashMap<Object, Integer> levels, Deque<Entered> path) {
    if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
      levels.put(value, IN_PROGRESS);
      path.addLast(new Entered(value, children(value).iterator()));
    }
  }

  private static Collection<?> children(Object container) {
    if (container instanceof Map<?, ?> map) {
      return map.values(); // keys are scalars
    }
    return container instanceof Collection<?> all ? all : List.of();
  }

  private static int deepest(Object container, IdentityHashMap<Object, Integer> levels) {
    int deepest = 0;
    for (Object child : children(container)) {
      deepest = Math.max(deepest, child == null ? 0 : levels.getOrDefault(child, 0));
    }
    return deepest;
  }
}

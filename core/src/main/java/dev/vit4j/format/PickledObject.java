package dev.vit4j.format;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Pickle}'s object of a class that exists only in Python: the class name and the
 * attributes as a dict. The class is never instantiated.
 */
final class PickledObject extends LinkedHashMap<@Nullable Object, @Nullable Object>
    implements Pickle.Stateful {
  private static final long serialVersionUID = 1;

  private final String className;

  PickledObject(String className) {
    this.className = className;
  }

  String className() {
    return className;
  }

  @Override
  public void setState(@Nullable Object state) {
    if (!(state instanceof Map<?, ?> attributes)) {
      throw new IllegalArgumentException(className + " has a state that is not a dict");
    }
    putAll(attributes);
  }
}

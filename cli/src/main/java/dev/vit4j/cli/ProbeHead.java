package dev.vit4j.cli;

/** Methods of {@code vit probe --head}. */
enum ProbeHead {
  LOGREG("logreg"),
  KNN("knn"),
  RIDGE("ridge"),
  ADAPTER("adapter"),
  CLIP_ADAPTER("clip-adapter"),
  TIP_ADAPTER("tip-adapter"),
  TIP_ADAPTER_F("tip-adapter-f");

  private final String text;

  ProbeHead(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }

  /** Returns whether the method compares features with texts of the classes. */
  boolean needsTexts() {
    return compareTo(ADAPTER) >= 0;
  }

  /** Returns whether settings can be chosen by {@code --sweep}. */
  boolean hasSweep() {
    return this == LOGREG || this == TIP_ADAPTER || this == TIP_ADAPTER_F;
  }

  /** Parses a name, as {@link #toString} returns it. */
  static ProbeHead parse(String text) {
    for (ProbeHead head : values()) {
      if (head.text.equals(text)) {
        return head;
      }
    }
    throw new IllegalArgumentException(
        "unknown head '%s': use logreg, knn, ridge, adapter, clip-adapter, tip-adapter or tip-adapter-f"
            .formatted(text));
  }
}

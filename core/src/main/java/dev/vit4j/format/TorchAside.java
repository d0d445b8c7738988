package dev.vit4j.format;

/**
 * A value beside the weights of a {@link TorchFile} that is shown as text, not read: a complex
 * number, or a tensor that is complex, quantized, sparse or without data.
 *
 * @param text what it is
 */
record TorchAside(String text) {
  @Override
  public String toString() {
    return text;
  }
}

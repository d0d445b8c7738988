package dev.vit4j.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into the token ids that a CLIP model reads, and back.
 *
 * <p>{@link #clip()} gives the same ids as open_clip's {@code tokenize}, and {@link #of(Path)}
 * those of the tokenizer in a model's folder. Thread-safe.
 */
public final class Tokenizer {
  /** The context length of most CLIP models. */
  public static final int CLIP_CONTEXT = 77;

  /** The longest text, in characters. */
  public static final int LONGEST_TEXT = 100_000;

  private static final int SHOWN = 40;

  /**
   * The tokens around a text.
   *
   * @param start id before the text, or -1 if there is none
   * @param end id after the text
   * @param pad id up to the context length
   */
  record Around(int start, int end, int pad) {
    int count() {
      return start < 0 ? 1 : 2;
    }
  }

  private static final class Clip {
    static final Tokenizer INSTANCE = clip(CLIP_CONTEXT);
  }

  private final Encoder encoder;
  private final Around around;
  private final int contextLength;
  private final @Nullable Path folder;

  /**
   * @param folder the folder of its files; null for a tokenizer without files
   */
  Tokenizer(Encoder encoder, Around around, int contextLength, @Nullable Path folder) {
    this.encoder = encoder;
    this.around = around;
    this.contextLength = contextLength;
    this.folder = folder;
  }

  /** Returns CLIP's tokenizer with its vocabulary of 49,408 tokens, as in open_clip. */
  public static Tokenizer clip() {
    return Clip.INSTANCE;
  }

  private static Tokenizer clip(int contextLength) {
    OpenClipEncoder encoder = new OpenClipEncoder();
    int end = encoder.size() - 1;
    return new Tokenizer(encoder, new Around(end - 1, end, 0), contextLength, null);
  }

  /**
   * Returns the tokenizer of a model.
   *
   * <p>A folder with {@code open_clip_config.json} has {@link #clip()} with its own context length.
   * A Hugging Face folder has the one in {@code tokenizer.json}, or in {@code vocab.json} and
   * {@code merges.txt}. A folder with none of these has {@link #clip()}.
   *
   * @param folder weights of a model, in the layout of open_clip or Hugging Face
   * @throws IOException if the files are damaged, or of a tokenizer of another kind
   */
  public static Tokenizer of(Path folder) throws IOException {
    return TokenizerFiles.read(folder, false);
  }

  /**
   * Returns the tokenizer of a model; if it is of another kind than CLIP's, or missing, one without
   * a vocabulary, which refuses every text with the reason.
   *
   * @param folder as in {@link #of}
   * @throws IOException if the files are damaged
   */
  public static Tokenizer orRefusing(Path folder) throws IOException {
    return TokenizerFiles.read(folder, true);
  }

  static Tokenizer refusing(String reason) {
    return new Tokenizer(new RefusingEncoder(reason), new Around(-1, 0, 0), CLIP_CONTEXT, null);
  }

  /**
   * Writes the files of the tokenizer for transformers' {@code CLIPTokenizer}: those that it was
   * read from, or CLIP's {@code vocab.json} and {@code merges.txt}.
   *
   * @param target an existing folder
   * @throws IllegalArgumentException if it refuses texts
   */
  public void save(Path target) throws IOException {
    if (vocabularySize() == 0) {
      encode(""); // fails with the reason
    }
    if (folder == null) {
      TokenizerWriter.writeClips(target, contextLength);
    } else {
      TokenizerWriter.copy(folder, target);
    }
  }

  /** Whether it has CLIP's vocabulary, as far as its size shows. */
  public boolean isClips() {
    return vocabularySize() == clip().vocabularySize() && end() == clip().end();
  }

  /** Whether it belongs to no files: CLIP's tokenizer as it is assumed for models without one. */
  public boolean isAssumed() {
    return folder == null;
  }

  /** Returns the same tokenizer for models of another context length. */
  Tokenizer withContext(int length) {
    return new Tokenizer(encoder, around, length, folder);
  }

  /** The number of tokens that the model reads, with start and end. */
  public int contextLength() {
    return contextLength;
  }

  /** The number of ids: all are from 0 to this, exclusive. */
  public int vocabularySize() {
    return encoder.size();
  }

  /** The id before each text, or -1 if there is none. */
  public int start() {
    return around.start();
  }

  /** The id after each text. */
  public int end() {
    return around.end();
  }

  /** The id after the end, up to the context length. */
  public int pad() {
    return around.pad();
  }

  /**
   * Returns the ids of a text, without start and end.
   *
   * @throws IllegalArgumentException if the text is longer than {@link #LONGEST_TEXT}
   */
  public int[] encode(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "the text '%s' has %,d characters, more than %,d"
              .formatted(shortened(text), text.length(), LONGEST_TEXT));
    }
    IntStream.Builder ids = IntStream.builder();
    encoder.encode(wellFormed(text), ids::add);
    return ids.build().toArray();
  }

  /**
   * Returns the ids of a text with start and end, without padding.
   *
   * @param limit largest number of ids, at least 2; a longer text is cut before its end token
   */
  public int[] tokens(String text, int limit) {
    return cut(encode(text), limit);
  }

  private int[] cut(int[] ids, int limit) {
    if (limit < 2) {
      throw new IllegalArgumentException("context length %d is less than 2".formatted(limit));
    }
    int kept = Math.min(ids.length, limit - around.count());
    int from = around.count() - 1;
    int[] tokens = new int[kept + around.count()];
    tokens[0] = around.start();
    System.arraycopy(ids, 0, tokens, from, kept);
    tokens[tokens.length - 1] = around.end();
    return tokens;
  }

  /**
   * Returns what the model reads: per text its ids with start and end, padded to the context length
   * of the model.
   *
   * @param messages receives a line if texts were cut
   * @return [texts, context length]
   */
  public int[][] tokens(List<String> texts, Consumer<String> messages) {
    return tokens(texts, contextLength, messages);
  }

  /** As {@link #tokens(List, Consumer)}, with another context length, at least 2. */
  public int[][] tokens(List<String> texts, int contextLength, Consumer<String> messages) {
    int[][] tokens = new int[texts.size()][];
    int longest = -1;
    int longestTokens = contextLength;
    int cut = 0;
    for (int i = 0; i < tokens.length; i++) {
      int[] ids = encode(texts.get(i));
      int length = ids.length + around.count();
      cut += length > contextLength ? 1 : 0;
      if (length > longestTokens) {
        longest = i;
        longestTokens = length;
      }
      tokens[i] = padded(cut(ids, contextLength), contextLength);
    }
    if (cut > 0) {
      messages.accept(
          "%,d of %,d texts %s cut to %d tokens; the longest has %,d: '%s'"
              .formatted(
                  cut,
                  tokens.length,
                  cut == 1 ? "was" : "were",
                  contextLength,
                  longestTokens,
                  shortened(texts.get(longest))));
    }
    return tokens;
  }

  private int[] padded(int[] ids, int length) {
    int[] padded = Arrays.copyOf(ids, length);
    Arrays.fill(padded, ids.length, length, around.pad());
    return padded;
  }

  /**
   * Returns the text of ids, as open_clip's {@code decode}: in lower case, with a blank after each
   * word; start, end and padding are tokens like others.
   *
   * @throws IllegalArgumentException if there is no such token
   */
  public String decode(int... ids) {
    return encoder.decode(ids);
  }

  /** Returns the beginning of a text, for messages. */
  static String shortened(String text) {
    int end = Math.min(text.length(), SHOWN);
    return text.substring(0, end).strip() + (end < text.length() ? "…" : "");
  }

  private static String wellFormed(String text) {
    boolean paired = true;
    for (int i = 0; i < text.length() && paired; i++) {
      paired = !isUnpaired(text, i);
    }
    if (paired) {
      return text;
    }
    StringBuilder fixed = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      if (isUnpaired(text, i)) {
        fixed.setCharAt(i, '\uFFFD');
      }
    }
    return fixed.toString();
  }

  private static boolean isUnpaired(String text, int i) {
    char c = text.charAt(i);
    return Character.isHighSurrogate(c)
        ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
        : Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}

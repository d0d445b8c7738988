package dev.vit4j.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding of words (Sennrich et al. 2016), over bytes, as CLIP uses it. The last byte of
 * a word has the suffix {@code </w>}. The pair of neighboring symbols that comes first in the list
 * of merges is replaced by one symbol, the leftmost pair first, until no pair is in the list.
 *
 * <p>Words are kept with their result, up to a limit. Thread-safe.
 */
final class BytePairs {
  static final String END_OF_WORD = "</w>";

  private static final int BYTES = 256;
  private static final int MOST_CACHED = 1 << 16; // words
  private static final int LONGEST_CACHED = 64; // characters

  /** One line of the list of merges. */
  record Pair(String left, String right) {}

  private final Map<String, Integer> ids;
  private final @Nullable String[] tokens;
  private final Map<Long, Long> merges = new HashMap<>(); // pair of ids → rank << 32 | id
  private final int[] inside = new int[BYTES]; // id of a byte that does not end a word
  private final int[] last = new int[BYTES]; // id of a byte that ends a word
  private final Map<String, int[]> cache = new ConcurrentHashMap<>();

  /**
   * @param ids the vocabulary: ids from 0
   * @param merges in order
   * @param unknown id of bytes that are not in the vocabulary, or null if all must be
   * @throws IllegalArgumentException if the vocabulary lacks a byte or a part or result of a merge
   */
  BytePairs(Map<String, Integer> ids, List<Pair> merges, @Nullable Integer unknown) {
    this.ids = Map.copyOf(ids);
    this.tokens = new String[ids.values().stream().mapToInt(i -> i + 1).max().orElse(0)];
    ids.forEach((token, id) -> tokens[id] = token);
    for (int b = 0; b < BYTES; b++) {
      String symbol = String.valueOf(ByteAlphabet.charOf(b));
      inside[b] = id(symbol, unknown);
      last[b] = id(symbol + END_OF_WORD, unknown);
    }
    for (int rank = 0; rank < merges.size(); rank++) {
      Pair pair = merges.get(rank);
      long key = key(id(pair.left(), null), id(pair.right(), null));
      long merged = id(pair.left() + pair.right(), null);
      this.merges.putIfAbsent(key, ((long) rank << 32) | merged);
    }
  }

  private int id(String token, @Nullable Integer unknown) {
    Integer id = ids.getOrDefault(token, unknown);
    if (id == null) {
      throw new IllegalArgumentException("the vocabulary does not contain '%s'".formatted(token));
    }
    return id;
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  /** Returns the id of a token of the vocabulary, or null. */
  @Nullable Integer id(String token) {
    return ids.get(token);
  }

  /** The largest id + 1. */
  int size() {
    return tokens.length;
  }

  /**
   * Encodes one word, without the blanks around it. The result is shared and must not be changed.
   *
   * @param word without unpaired surrogates
   */
  int[] encode(String word) {
    int[] known = cache.get(word);
    if (known != null) {
      return known;
    }
    int[] encoded = merge(word.getBytes(StandardCharsets.UTF_8));
    if (word.length() <= LONGEST_CACHED && cache.size() < MOST_CACHED) {
      cache.put(word, encoded);
    }
    return encoded;
  }

  /** Takes time n log n for n bytes, so that a text of a million letters is not a problem. */
  private int[] merge(byte[] word) {
    Symbols symbols = new Symbols(word);
    PriorityQueue<Long> queue = new PriorityQueue<>(); // rank << 32 | place
    for (int i = 0; i < word.length - 1; i++) {
      offer(queue, symbols, i);
    }
    while (!queue.isEmpty()) {
      long first = queue.remove();
      int at = (int) first;
      Long merge = pairAt(symbols, at);
      if (merge == null || merge >>> 32 != first >>> 32) {
        continue; // one of the two was merged with another symbol
      }
      symbols.join(at, merge.intValue());
      offer(queue, symbols, symbols.previous[at]);
      offer(queue, symbols, at);
    }
    return symbols.ids();
  }

  private void offer(PriorityQueue<Long> queue, Symbols symbols, int at) {
    Long merge = pairAt(symbols, at);
    if (merge != null) {
      queue.add((merge >>> 32 << 32) | at);
    }
  }

  /** Returns rank and result of the pair that begins at a place, or null. */
  private @Nullable Long pairAt(Symbols symbols, int at) {
    if (at < 0 || symbols.id[at] < 0 || symbols.next[at] >= symbols.id.length) {
      return null;
    }
    return merges.get(key(symbols.id[at], symbols.id[symbols.next[at]]));
  }

  /** The symbols of a word: a linked list in arrays. */
  private final class Symbols {
    final int[] id; // -1 where a symbol was joined to the one before
    final int[] next;
    final int[] previous;

    Symbols(byte[] word) {
      int n = word.length;
      id = new int[n];
      next = new int[n];
      previous = new int[n];
      for (int i = 0; i < n; i++) {
        id[i] = (i < n - 1 ? inside : last)[word[i] & 0xFF];
        next[i] = i + 1;
        previous[i] = i - 1;
      }
    }

    void join(int at, int merged) {
      int gone = next[at];
      id[at] = merged;
      id[gone] = -1;
      next[at] = next[gone];
      if (next[at] < id.length) {
        previous[next[at]] = at;
      }
    }

    int[] ids() {
      return Arrays.stream(id).filter(i -> i >= 0).toArray();
    }
  }

  /**
   * Returns the text of tokens. Each word is followed by a blank; invalid UTF-8 becomes U+FFFD.
   *
   * @throws IllegalArgumentException if there is no such token
   */
  String decode(int[] encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : encoded) {
      String token = id >= 0 && id < tokens.length ? tokens[id] : null;
      if (token == null) {
        throw new IllegalArgumentException(
            "there is no token %d: the vocabulary has ids from 0 to %d"
                .formatted(id, tokens.length - 1));
      }
      for (int i = 0; i < token.length(); i++) {
        int b = ByteAlphabet.byteOf(token.charAt(i));
        bytes.write(b >= 0 ? b : '?'); // special tokens of other vocabularies
      }
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(END_OF_WORD, " ");
  }
}

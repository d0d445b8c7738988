package dev.vit4j.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** CLIP's tokenizer with its vocabulary, as open_clip's {@code SimpleTokenizer}. */
final class OpenClipEncoder implements Encoder {
  static final String START = "<start_of_text>";
  static final String END = "<end_of_text>";

  private static final String MERGES = "bpe_simple_vocab_16e6.txt.gz";
  private static final int USED = 48_894; // the file has 262,144 merges

  private final BytePairs pairs;
  private final Words words = new Words(List.of(START, END), true);

  OpenClipEncoder() {
    Map<String, Integer> ids = new HashMap<>();
    tokens(START, END).forEach(t -> ids.put(t, ids.size()));
    pairs = new BytePairs(ids, merges(), null);
  }

  /** Returns the vocabulary in the order of its ids. */
  static List<String> tokens(String start, String end) {
    List<String> tokens = new ArrayList<>(ByteAlphabet.inOrder());
    ByteAlphabet.inOrder().forEach(c -> tokens.add(c + BytePairs.END_OF_WORD));
    merges().forEach(m -> tokens.add(m.left() + m.right()));
    tokens.add(start);
    tokens.add(end);
    return tokens;
  }

  /** Returns the merges in their order. */
  static List<BytePairs.Pair> merges() {
    try (InputStream packed = OpenClipEncoder.class.getResourceAsStream(MERGES);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Objects.requireNonNull(packed, MERGES)),
                    StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).limit(USED).map(OpenClipEncoder::pair).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BytePairs.Pair pair(String line) {
    int blank = line.indexOf(' ');
    return new BytePairs.Pair(line.substring(0, blank), line.substring(blank + 1));
  }

  @Override
  public void encode(String text, IntConsumer ids) {
    words.forEach(
        OpenClipText.clean(text),
        word -> {
          if (word.equals(START) || word.equals(END)) {
            ids.accept(Objects.requireNonNull(pairs.id(word)));
          } else {
            for (int id : pairs.encode(word)) {
              ids.accept(id);
            }
          }
        });
  }

  @Override
  public String decode(int[] ids) {
    return pairs.decode(ids);
  }

  @Override
  public @Nullable Integer id(String token) {
    return pairs.id(token);
  }

  @Override
  public int size() {
    return pairs.size();
  }
}

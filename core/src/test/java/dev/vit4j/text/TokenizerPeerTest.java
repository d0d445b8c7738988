package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.vit4j.Fixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Hugging Face's own tokenizers give the same ids for random Unicode. */
class TokenizerPeerTest {
  private static final int TEXTS = 5000;
  private static final int[][] RANGES = {
    {0x20, 0x7F},
    {0x20, 0x7F},
    {0, 0x20},
    {0x7F, 0x250},
    {0x300, 0x370},
    {0x370, 0x378},
    {0x384, 0x52F},
    {0x5D0, 0x5EB},
    {0x620, 0x660},
    {0x900, 0x97F},
    {0xE01, 0xE3B},
    {0x1E00, 0x1F16},
    {0x2000, 0x2060},
    {0x2100, 0x218A},
    {0x2190, 0x2300},
    {0x3000, 0x30FF},
    {0x4E00, 0x4F00},
    {0xAC00, 0xAD00},
    {0xFB00, 0xFB07},
    {0xFF01, 0xFFBF},
    {0x1D400, 0x1D455},
    {0x1F300, 0x1F650},
  };
  private static final String[] PIECES = {
    "a photo of a cat",
    "it's ",
    "we'RE",
    "<|startoftext|>",
    "<|ENDOFTEXT|>",
    "<|endoftext|>!",
    "'",
    "  ",
    "\r\n",
    "ΑΣ",
    "İ",
    "e\u0301",
    "123",
    "</w>",
    "don\u2019t",
    "'\u017F",
  };

  @Test
  void randomUnicode() throws IOException {
    Path folder = Fixture.path("03-huggingface/clip");
    Tokenizer ours = Tokenizer.of(folder);
    SplittableRandom random = new SplittableRandom(6);
    try (HuggingFaceTokenizer theirs =
        HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"))) {
      for (int i = 0; i < TEXTS; i++) {
        String text = text(random);
        int[] expected =
            Arrays.stream(theirs.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
        assertThat(ours.tokens(text, 100_000)).as(text).isEqualTo(expected);
      }
    }
  }

  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(1, 30);
    for (int i = 0; i < length; i++) {
      if (random.nextInt(4) == 0) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      } else {
        int[] range = RANGES[random.nextInt(RANGES.length)];
        text.appendCodePoint(random.nextInt(range[0], range[1]));
      }
    }
    return text.toString();
  }
}

package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import dev.vit4j.format.FormatException;
import dev.vit4j.format.Safetensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer of a Hugging Face folder gives the ids of transformers. */
class HuggingFaceTokenizerTest {
  @TempDir Path dir;

  /** The folder holds the first 1,000 merges. */
  @ParameterizedTest
  @ValueSource(strings = {"clip", "clip_old_layout"})
  void idsEqualTransformers(String layout) throws IOException {
    Tokenizer tokenizer = Tokenizer.of(Fixture.path("03-huggingface/" + layout));
    List<String> texts =
        JsonMapper.shared()
            .readTree(Files.readString(Fixture.path("03-huggingface/clip/texts.json")))
            .valueStream()
            .map(JsonNode::asString)
            .toList();
    int[][] ids = tokenizer.tokens(texts, message -> {});
    try (Safetensors file = Safetensors.open(Fixture.path("03-huggingface/clip/io.safetensors"))) {
      LongBuffer expected = file.data("input_ids").order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
      for (int[] row : ids) {
        for (int id : row) {
          assertThat(id).isEqualTo((int) expected.get());
        }
      }
      assertThat(expected.hasRemaining()).isFalse();
    }
    assertThat(List.of(tokenizer.start(), tokenizer.end(), tokenizer.pad()))
        .containsExactly(1512, 1513, 1513);
    assertThat(tokenizer.vocabularySize()).isEqualTo(1514);
  }

  /** A folder with the whole vocabulary, as published. */
  private Tokenizer whole() throws IOException {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    ByteAlphabet.inOrder().forEach(c -> vocabulary.put(c, vocabulary.size()));
    ByteAlphabet.inOrder().forEach(c -> vocabulary.put(c + "</w>", vocabulary.size()));
    List<String> merges = new ArrayList<>();
    merges.add("#version: 0.2");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Tokenizer.class.getResourceAsStream("bpe_simple_vocab_16e6.txt.gz")),
                StandardCharsets.UTF_8))) {
      lines.lines().skip(1).limit(48_894).forEach(merges::add);
    }
    merges.stream().skip(1).forEach(m -> vocabulary.put(m.replace(" ", ""), vocabulary.size()));
    vocabulary.put("<|startoftext|>", 49406);
    vocabulary.put("<|endoftext|>", 49407);
    Files.writeString(
        dir.resolve("vocab.json"), JsonMapper.shared().writeValueAsString(vocabulary));
    Files.write(dir.resolve("merges.txt"), merges);
    Files.copy(
        Fixture.path("03-huggingface/clip_old_layout/special_tokens_map.json"),
        dir.resolve("special_tokens_map.json"));
    return Tokenizer.of(dir);
  }

  @Test
  void theWholeVocabularyGivesTheIdsOfTransformers() throws IOException {
    Tokenizer tokenizer = whole();
    assertThat(tokenizer.pad()).isEqualTo(49407);
    for (JsonNode row : TokenizerTest.rows()) {
      String text = row.get("text").asString();
      int[] expected = TokenizerTest.ints(row.has("hf_ids") ? row.get("hf_ids") : row.get("ids"));
      assertThat(tokenizer.tokens(text, 77)).as(text).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokenizer.json | {\"model\": {\"type\": \"WordPiece\"}} | a tokenizer of kind WordPiece is not supported",
        "tokenizer.json | {\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}} | not CLIP's tokenizer",
        "tokenizer.json | {\"model\": | not valid JSON",
        "tokenizer.json | [] | a tokenizer of kind unknown",
        "merges.txt | a b | there is no vocab.json beside it",
      })
  void filesOfOtherTokenizersAreRefused(String file, String content, String reason)
      throws IOException {
    Files.writeString(dir.resolve(file), content);
    assertThatThrownBy(() -> Tokenizer.of(dir))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(dir.resolve(file).toString())
        .hasMessageContaining(reason);
  }

  @Test
  void damagedVocabulariesAreRefused() throws IOException {
    whole();
    Path merges = dir.resolve("merges.txt");
    List<String> lines = Files.readAllLines(merges);
    Files.write(merges, List.of(lines.get(0), "a b c"));
    assertThatThrownBy(() -> Tokenizer.of(dir)).hasMessageContaining("merge 1 'a b c' is not two");
    Files.write(merges, List.of(lines.get(0), "q 7"));
    assertThatThrownBy(() -> Tokenizer.of(dir))
        .hasMessageContaining("the vocabulary does not contain 'q7'");
    Files.writeString(dir.resolve("vocab.json"), "{\"a\": -1}");
    assertThatThrownBy(() -> Tokenizer.of(dir)).hasMessageContaining("token 'a' has the id -1");
    Files.writeString(dir.resolve("vocab.json"), "{\"a\": 2000000000}");
    assertThatThrownBy(() -> Tokenizer.of(dir)).hasMessageContaining("not a number from 0 to");
    Files.writeString(dir.resolve("vocab.json"), "[1]");
    assertThatThrownBy(() -> Tokenizer.of(dir)).hasMessageContaining("has no vocabulary");
  }
}

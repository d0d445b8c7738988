package dev.vit4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CLIP's tokenizer gives the ids of open_clip. */
class TokenizerTest {
  @TempDir Path dir;

  private final Tokenizer clip = Tokenizer.clip();

  static List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Fixture.path("06-clip-tokenizer/tokens.jsonl"))) {
      rows.add(JsonMapper.shared().readTree(line));
    }
    return rows;
  }

  static int[] ints(JsonNode list) {
    return list.valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  private static JsonNode json(String name) throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(Fixture.path("06-clip-tokenizer/" + name)));
  }

  @Test
  void idsEqualOpenClips() throws IOException {
    assertThat(rows()).hasSize(400);
    for (JsonNode row : rows()) {
      String text = row.get("text").asString();
      assertThat(clip.tokens(text, 77)).as(text).isEqualTo(ints(row.get("ids")));
      assertThat(clip.encode(text)).as(text).hasSize(row.get("n_full").asInt() - 2);
    }
  }

  @Test
  void otherContextLengthsEqualOpenClips() throws IOException {
    assertThat(json("context.json")).hasSize(45);
    for (JsonNode row : json("context.json")) {
      List<String> texts = List.of(row.get("text").asString());
      int[][] ids = clip.tokens(texts, row.get("context").asInt(), message -> {});
      assertThat(ids[0]).as(row.toString()).isEqualTo(ints(row.get("ids")));
    }
  }

  @Test
  void decodedTextEqualsOpenClips() throws IOException {
    assertThat(json("decode.json")).hasSizeGreaterThan(70);
    for (JsonNode row : json("decode.json")) {
      assertThat(clip.decode(ints(row.get("ids")))).isEqualTo(row.get("text").asString());
    }
    assertThat(clip.decode(49406, 320, 2368, 49407))
        .isEqualTo("<start_of_text>a cat <end_of_text>");
    assertThatThrownBy(() -> clip.decode(49408))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no token 49408: the vocabulary has ids from 0 to 49407");
    assertThatThrownBy(() -> clip.decode(-1)).hasMessageContaining("no token -1");
  }

  @Test
  void propertiesAreOpenClips() {
    assertThat(clip.vocabularySize()).isEqualTo(49_408);
    assertThat(clip.contextLength()).isEqualTo(77);
    assertThat(List.of(clip.start(), clip.end(), clip.pad())).containsExactly(49406, 49407, 0);
  }

  @Test
  void cutTextsAreReported() {
    List<String> messages = new ArrayList<>();
    int[][] ids = clip.tokens(List.of("a cat", "a b c d e f g", "a b c d e"), 6, messages::add);
    assertThat(ids[0]).containsExactly(49406, 320, 2368, 49407, 0, 0);
    assertThat(ids[1]).hasSize(6).endsWith(49407);
    assertThat(messages)
        .containsExactly("2 of 3 texts were cut to 6 tokens; the longest has 9: 'a b c d e f g'");
    messages.clear();
    clip.tokens(List.of("a cat"), messages::add);
    assertThat(messages).isEmpty();
    assertThatThrownBy(() -> clip.tokens("a", 1)).hasMessage("context length 1 is less than 2");
  }

  @Test
  void hugeTextsAreRefusedAndLongWordsAreNot() {
    assertThatThrownBy(() -> clip.encode("ab ".repeat(1 << 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 3,145,728 characters, more than 100,000");
    int[] word = clip.encode("a".repeat(Tokenizer.LONGEST_TEXT));
    assertThat(word.length).isEqualTo(12_501);
    assertThat(clip.decode(word)).isEqualTo("a".repeat(Tokenizer.LONGEST_TEXT) + " ");
    assertThat(clip.encode("&amp;".repeat(20_000))).isNotEmpty();
    assertThat(clip.encode("&" + "amp;".repeat(20_000))).isNotEmpty();
    assertThat(clip.encode("é".repeat(50_000))).isNotEmpty();
    assertThat(clip.encode("Ã©".repeat(50_000))).isEqualTo(clip.encode("é".repeat(50_000)));
  }

  @Test
  void unpairedSurrogatesAreTheReplacementCharacter() {
    assertThat(clip.encode("a\uD83Db")).isEqualTo(clip.encode("a\uFFFDb"));
    assertThat(clip.encode("\uDE00\uD83D")).isEqualTo(clip.encode("\uFFFD\uFFFD"));
    assertThat(clip.decode(clip.encode("\uD83D\uDE00"))).isEqualTo("\uD83D\uDE00 ");
  }

  @Test
  void threadsGiveTheSameIds() throws IOException {
    List<String> texts = rows().stream().map(r -> r.get("text").asString()).toList();
    List<int[]> parallel =
        IntStream.range(0, 4000)
            .parallel()
            .mapToObj(i -> clip.encode(texts.get(i % texts.size())))
            .toList();
    for (int i = 0; i < parallel.size(); i++) {
      assertThat(parallel.get(i)).isEqualTo(clip.encode(texts.get(i % texts.size())));
    }
  }

  @Test
  void anOpenClipFolderHasItsOwnContext() throws IOException {
    assertThat(Tokenizer.of(dir).contextLength()).isEqualTo(77);
    Path config = dir.resolve("open_clip_config.json");
    Files.writeString(config, "{\"model_cfg\": {\"text_cfg\": {\"context_length\": 24}}}");
    Files.writeString(dir.resolve("tokenizer.json"), "{}"); // published folders have both
    Tokenizer small = Tokenizer.of(dir);
    assertThat(small.contextLength()).isEqualTo(24);
    assertThat(small.pad()).isZero();
    assertThat(small.tokens(List.of("a cat"), m -> {})[0]).hasSize(24).startsWith(49406, 320);
    Files.writeString(config, "{\"model_cfg\": {\"text_cfg\": {\"context_length\": -1}}}");
    assertThatThrownBy(() -> Tokenizer.of(dir)).hasMessageContaining("context length -1");
    Files.delete(dir.resolve("tokenizer.json"));
    Files.writeString(config, "{\"model_cfg\": {\"text_cfg\": {\"hf_tokenizer_name\": \"x/y\"}}}");
    assertThatThrownBy(() -> Tokenizer.of(dir))
        .hasMessage(dir + ": the model needs the tokenizer x/y: put its tokenizer.json here");
  }
}

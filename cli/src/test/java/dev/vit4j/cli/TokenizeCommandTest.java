package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code vit tokenize}. */
class TokenizeCommandTest {
  @TempDir Path dir;

  private static int[] ids(JsonNode result) {
    return result.get("ids").valueStream().mapToInt(JsonNode::asInt).toArray();
  }

  @Test
  void textsHaveTheIdsOfOpenClip() {
    assertThat(Vit.run("tokenize", "a photo of a cat", "").out())
        .isEqualTo("49406 320 1125 539 320 2368 49407\n49406 49407\n");
    JsonNode results = Vit.run("tokenize", "a cat", "--json").json().get("results");
    assertThat(results).hasSize(1);
    assertThat(results.get(0).get("text").asString()).isEqualTo("a cat");
    assertThat(ids(results.get(0))).containsExactly(49406, 320, 2368, 49407);
  }

  @Test
  void longTextsAreCutAndReported() {
    Vit cut = Vit.run("tokenize", "x ".repeat(100), "--json");
    assertThat(ids(cut.json().at("/results/0"))).hasSize(77).endsWith(343, 49407);
    assertThat(cut.err()).isEqualTo("vit: a text was cut from 102 to 77 ids\n");
    Vit context = Vit.run("tokenize", "a cat", "a b c d", "--context", "5", "--json");
    assertThat(ids(context.json().at("/results/0"))).containsExactly(49406, 320, 2368, 49407, 0);
    assertThat(ids(context.json().at("/results/1"))).containsExactly(49406, 320, 321, 322, 49407);
    assertThat(context.err()).contains("1 of 1 texts was cut to 5 tokens");
    assertThat(Vit.run("tokenize", "a", "--context", "1").code()).isEqualTo(2);
  }

  @Test
  void filesAreReadLineByLine() throws IOException {
    Path lines = Files.writeString(dir.resolve("a.jsonl"), "{\"text\": \"a cat\"}\n\"dog\"\n");
    JsonNode results =
        Vit.run("tokenize", "--texts", lines.toString(), "--json").json().get("results");
    assertThat(ids(results.get(1))).containsExactly(49406, 1929, 49407);
    Path text = Files.writeString(dir.resolve("a.txt"), "a cat\n\n");
    assertThat(Vit.run("tokenize", "--texts", text.toString()).out())
        .isEqualTo("49406 320 2368 49407\n49406 49407\n");
    Vit missing = Vit.run("tokenize", "--texts", dir.resolve("none.txt").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("none.txt: cannot be read: no such file");
    Files.write(text, new byte[] {'a', '\n', (byte) 0xE9, '\n'});
    Vit latin = Vit.run("tokenize", "--texts", text.toString());
    assertThat(latin.err()).endsWith("a.txt: line 2 is not UTF-8 text\n");
  }

  @Test
  void theTokenizerOfAFolderIsUsed() throws IOException {
    Files.writeString(
        dir.resolve("open_clip_config.json"),
        "{\"model_cfg\": {\"text_cfg\": {\"context_length\": 4}}}");
    assertThat(Vit.run("tokenize", dir.toString(), "a b c d").out())
        .isEqualTo("49406 320 321 49407\n");
    assertThat(Vit.run("tokenize", "cat/dog", "cat").out().lines()).hasSize(2);
  }

  @Test
  void idsAreDecoded() {
    Vit text = Vit.run("tokenize", "--decode", "320", "1125", "539 2368");
    assertThat(text.out()).isEqualTo("a photo of cat \n");
    assertThat(Vit.run("tokenize", "--decode", "cat").err())
        .isEqualTo("vit: 'cat' is not a list of ids\n");
    assertThat(Vit.run("tokenize", "--decode", "60000").err()).contains("no token 60000");
  }

  @Test
  void wrongUseIsRefused() {
    Vit none = Vit.run("tokenize");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("no text: give texts");
    Vit huge = Vit.run("tokenize", "x".repeat(10_000_000));
    assertThat(huge.code()).isEqualTo(2);
    assertThat(huge.err()).contains("has 10,000,000 characters, more than 100,000");
  }
}

package dev.vit4j.infer.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vit4j.format.Csv;
import dev.vit4j.image.Image;
import dev.vit4j.infer.Predictor;
import dev.vit4j.infer.RowFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of any kind of answer go on wherever a run was interrupted. */
class ResumedTest {
  private static final int PICTURES = 11;
  private static final int BATCH = 3;

  @TempDir Path dir;

  /** A third kind of answer: words, with one row for each or one row for all. */
  private record Words(boolean isRanked) implements RowFormat<List<String>> {
    @Override
    public String header() {
      return isRanked ? "source,rank,word,error" : "source,words";
    }

    @Override
    public List<String> rows(Predictor.Answer<List<String>> answer) {
      String source = Csv.quoted(answer.picture().source());
      if (answer.error() != null) {
        return isRanked ? List.of(source + ",,," + Csv.quoted(answer.error())) : List.of();
      }
      if (!isRanked) {
        return List.of(source + "," + answer.found().size());
      }
      List<String> rows = new ArrayList<>();
      for (String word : answer.found()) {
        rows.add("%s,%d,%s,".formatted(source, rows.size() + 1, Csv.quoted(word)));
      }
      return rows;
    }

    @Override
    public Map<String, Object> json(Predictor.Answer<List<String>> answer) {
      Map<String, Object> object = RowFormat.object(answer);
      object.put("words", answer.error() == null ? answer.found() : List.of());
      return object;
    }
  }

  private static List<Predictor.Picture> pictures(String prefix) {
    return pictures(prefix, 2);
  }

  /** Pictures of which so many in a row have the same name, which needs quotes. */
  private static List<Predictor.Picture> pictures(String prefix, int sameName) {
    List<Predictor.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      boolean isBroken = i == 1 || i == 8;
      Predictor.Reader reader =
          () -> {
            if (isBroken) {
              throw new IOException("broken,\n\"really\"");
            }
            return new Image(1, 1, 1, new byte[1]);
          };
      String source = prefix + ", \"" + i / sameName + "\"\n";
      pictures.add(new Predictor.Picture(source, reader, null));
    }
    return pictures;
  }

  private static final Predictor<List<String>> PREDICTOR =
      new Predictor<>(
          Predictor.Reader::read,
          images -> images.stream().map(i -> List.of("one", "\n,2", "\"ü€😀")).toList(),
          BATCH,
          2);

  private List<TextOutput<List<String>>> outputs(String name) {
    return List.of(
        new TextOutput<>(dir.resolve(name + ".csv"), true, new Words(true)),
        new TextOutput<>(dir.resolve(name + ".jsonl"), false, new Words(true)));
  }

  private static Resumed run(List<TextOutput<List<String>>> outputs, List<Predictor.Picture> all)
      throws IOException {
    Resumed before = Resumed.of(outputs, all, BATCH);
    try (AnswerFiles<List<String>> files = new AnswerFiles<>(outputs, before)) {
      PREDICTOR.run(before.rest(all), files);
      files.keep();
    }
    return before;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCutOfATableGivesTheSameFile(boolean isRanked) throws IOException {
    List<Predictor.Picture> all = pictures("a", isRanked ? 2 : 1);
    TextOutput<List<String>> whole =
        new TextOutput<>(dir.resolve("whole"), true, new Words(isRanked));
    run(List.of(whole), all);
    byte[] bytes = Files.readAllBytes(whole.file());
    TextOutput<List<String>> cut = new TextOutput<>(dir.resolve("cut"), true, new Words(isRanked));
    int most = 0;
    for (int length = 0; length <= bytes.length; length++) {
      Files.write(cut.part(), Arrays.copyOf(bytes, length));
      Resumed before = run(List.of(cut), all);
      assertThat(before.pictures() % BATCH).isZero();
      most = Math.max(most, before.pictures());
      assertThat(cut.file()).hasBinaryContent(bytes);
      assertThat(cut.part()).doesNotExist();
      Files.delete(cut.file());
    }
    assertThat(most).isEqualTo(BATCH * ((PICTURES - 1) / BATCH));
  }

  @Test
  void twoFilesGoOnFromTheShorterOne() throws IOException {
    List<Predictor.Picture> all = pictures("a");
    List<TextOutput<List<String>>> whole = outputs("whole");
    assertThat(run(whole, all)).isEqualTo(Resumed.NOTHING);
    byte[] csv = Files.readAllBytes(whole.get(0).file());
    byte[] jsonl = Files.readAllBytes(whole.get(1).file());
    assertThat(Files.readAllLines(whole.get(1).file())).hasSize(PICTURES);
    List<TextOutput<List<String>>> cut = outputs("cut");
    for (double share : new double[] {0, 0.1, 0.4, 0.7, 1}) {
      Files.write(cut.get(0).part(), Arrays.copyOf(csv, (int) (csv.length * share)));
      Files.write(cut.get(1).part(), Arrays.copyOf(jsonl, (int) (jsonl.length * (1 - share / 2))));
      Resumed before = run(cut, all);
      assertThat(before.failed()).isEqualTo(before.pictures() > 1 ? before.pictures() / 9 + 1 : 0);
      assertThat(cut.get(0).file()).hasBinaryContent(csv);
      assertThat(cut.get(1).file()).hasBinaryContent(jsonl);
      Files.delete(cut.get(0).file());
      Files.delete(cut.get(1).file());
    }
  }

  @Test
  void filesOfOtherPicturesStayAsTheyAre() throws IOException {
    List<TextOutput<List<String>>> whole = outputs("x");
    run(whole, pictures("a"));
    byte[] csv = Files.readAllBytes(whole.get(0).file());
    for (TextOutput<List<String>> file : whole) {
      Files.move(file.file(), file.part());
    }
    assertThatThrownBy(() -> run(whole, pictures("b")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("x.csv.part is of other images: unexpected row of a, \"0\"");
    TextOutput<List<String>> narrow = new TextOutput<>(whole.get(0).file(), true, new Words(false));
    assertThatThrownBy(() -> run(List.of(narrow), pictures("a")))
        .hasMessageContaining("has other columns");
    Files.writeString(whole.get(1).part(), "no\nJSON\nat all\n");
    assertThatThrownBy(() -> run(whole.subList(1, 2), pictures("a")))
        .hasMessageContaining("is not a file of predictions");
    assertThat(whole.get(0).part()).hasBinaryContent(csv);
  }

  @Test
  void aFailureLeavesWhatIsDoneAndNothingIfNothingIs() throws IOException {
    List<TextOutput<List<String>>> outputs = outputs("f");
    for (int good : new int[] {0, 1}) {
      List<Predictor.Picture> all = pictures("a");
      assertThatThrownBy(
              () -> {
                try (AnswerFiles<List<String>> files =
                    new AnswerFiles<>(outputs, Resumed.NOTHING)) {
                  for (int i = 0; i < good; i++) {
                    files.accept(new Predictor.Answer<>(all.get(i), List.of("x"), null));
                  }
                  throw new IOException("the disk is full");
                }
              })
          .hasMessage("the disk is full");
      assertThat(Files.exists(outputs.get(0).part())).isEqualTo(good > 0);
      assertThat(Files.exists(outputs.get(1).part())).isEqualTo(good > 0);
    }
    Path file = outputs.get(0).file();
    assertThatThrownBy(() -> GrowingFile.require(file, false))
        .hasMessageContaining("is left from an interrupted run: continue with --resume");
    GrowingFile.require(file, true);
    Files.createFile(file);
    assertThatThrownBy(() -> GrowingFile.require(file, true)).hasMessageContaining("f.csv");
  }
}

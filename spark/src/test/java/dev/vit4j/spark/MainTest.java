package dev.vit4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private record Ran(int code, String out, String err) {}

  @TempDir Path dir;

  private static Ran run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine main = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    int code = main.execute(words);
    return new Ran(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "../docs/spark.md"})
  void theCommandsOfTheDocumentationParse(String page) throws IOException {
    List<String> commands =
        Files.readAllLines(Path.of(page)).stream()
            .filter(line -> line.startsWith("./vit spark "))
            .toList();
    assertThat(commands).isNotEmpty();
    for (String command : commands) {
      String[] words = command.split(" +", -1);
      String[] args = Arrays.copyOfRange(words, 2, words.length);
      assertThatCode(() -> Main.commandLine().parseArgs(args))
          .as(command)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void resultsAreWrittenAndResumed() throws IOException {
    Path model = Samples.vit(dir.resolve("vit"), 7);
    Path output = dir.resolve("out");
    Samples.images(dir.resolve("images"), 7);
    Object[] command = {
      "predict", "--model", model, "--input", dir.resolve("images"), "--output", output, "-k", 2
    };
    Ran first = run(command);
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(first.out())
        .isEqualTo(
            output + ": 7 images, 7 computed now, 2 could not be read" + System.lineSeparator());
    Ran again = run(command);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err().lines()).hasSize(1);
    assertThat(again.err()).startsWith("vit spark: " + output + " has results already: ");
    Object[] resumed = Arrays.copyOf(command, command.length + 2);
    resumed[command.length] = "--resume";
    resumed[command.length + 1] = "--json";
    assertThat(run(resumed).out()).contains("\"count\":7,\"computed\":0,\"failed\":2}");
    Dataset<Row> rows = Samples.spark().read().parquet(output.toString());
    assertThat(rows.where("size(predictions) = 2").count()).isEqualTo(5);
  }

  /** A table of images, and URIs instead of paths. */
  @Test
  void parquetAndUris() throws IOException {
    Path model = Samples.vit(dir.resolve("vit"), 7);
    Samples.images(dir.resolve("images"), 7);
    Path table = dir.resolve("table");
    VitSpark.images(Samples.spark(), dir.resolve("images").toString())
        .withColumnRenamed("content", "picture")
        .write()
        .parquet(table.toString());
    Path output = dir.resolve("out");
    String[] verb = {"embed", "--shared-model", "--model", "file://" + model, "--json"};
    Ran wrong = run(verb, "--input", table, "--output", output, "--format", "parquet");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("no column 'content' of type binary")
        .contains("path, picture, error");
    Object[] rest = {
      "--input", table.toUri(), "--output", output.toUri(), "--format", "parquet", "--column"
    };
    Object[] command = Arrays.copyOf(rest, rest.length + 1);
    command[rest.length] = "picture";
    assertThat(run(verb, command).out()).contains("\"count\":7,\"computed\":7,\"failed\":2}");
    Ran files =
        run(verb, "--input", dir.resolve("images").toUri(), "--output", dir.resolve("files"));
    assertThat(files.code()).isZero();
    Dataset<Row> rows = Samples.spark().read().parquet(output.toString());
    assertThat(rows.sort("path").select("path", "sha256", "embedding").collectAsList())
        .isEqualTo(
            Samples.spark()
                .read()
                .parquet(dir.resolve("files").toString())
                .sort("path")
                .select("path", "sha256", "embedding")
                .collectAsList());
  }

  private static Ran run(String[] verb, Object... rest) {
    Object[] all = Arrays.copyOf(verb, verb.length + rest.length, Object[].class);
    System.arraycopy(rest, 0, all, verb.length, rest.length);
    return run(all);
  }

  @Test
  void wrongUsageIsOneLine() throws IOException {
    assertThat(run("predict", "--model", "a").code()).isEqualTo(2);
    Ran missing =
        run("embed", "--model", dir.resolve("no"), "--input", dir, "--output", dir + "/o");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err().lines()).hasSize(1);
    assertThat(missing.err()).contains("no such run, weights folder or weights file");
    Path model = Samples.vit(dir.resolve("vit"), 7);
    Ran empty =
        run("embed", "--model", model, "--input", dir.resolve("vit"), "--output", dir + "/o");
    assertThat(empty.code()).isEqualTo(1);
    assertThat(empty.err()).contains("vit: contains no files with the endings .png, .jpg");
  }

  @Test
  void failuresOfFileSystemsNameThePath() throws IOException {
    Path model = Samples.vit(dir.resolve("vit"), 7);
    String[] verb = {"embed", "--model", model.toString(), "--output", dir + "/o", "--input"};
    assertOneLine(run(verb, "hdfs://localhost:1/a"), "hdfs://localhost:1/a: ", "refused");
    assertOneLine(run(verb, "hdfs://no.invalid/a"), "hdfs://no.invalid/a: ", "UnknownHost");
    assertOneLine(run(verb, "ftps://x/a"), "ftps://x/a: Spark has no file system for ftps:");
    assertOneLine(run(verb, "s3a://x/a"), "s3a://x/a: ", "S3AFileSystem not found", "add its jar");
  }

  private static void assertOneLine(Ran ran, String start, String... parts) {
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("vit spark: " + start);
    for (String part : parts) {
      assertThat(ran.err()).contains(part);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "embed", "predict", "segment"})
  void helpFitsATerminal(String verb) {
    Ran help = run((Object[]) (verb + " --help").strip().split(" ", -1));
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: ").contains("vit spark");
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
  }
}

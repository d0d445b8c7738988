package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vit4j.data.Dataset;
import dev.vit4j.data.source.Datasets;
import dev.vit4j.format.Safetensors;
import dev.vit4j.input.Preprocess;
import dev.vit4j.model.Model;
import dev.vit4j.model.catalog.Models;
import dev.vit4j.nn.Init;
import dev.vit4j.tensor.DType;
import dev.vit4j.weights.WeightsFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SearchCommandTest {
  @TempDir Path dir;
  private Path weights = Path.of("");
  private Path pictures = Path.of("");

  @BeforeEach
  void makeFiles() throws IOException {
    weights = weights("w", "vit_mnist_1850", 3);
    pictures = Files.createDirectories(dir.resolve("pictures"));
    Dataset test = Datasets.open(Datasets.SAMPLE, null).test();
    for (int i = 0; i < 12; i++) {
      Path file = pictures.resolve("%02d.png".formatted(i == 11 ? 4 : i)); // 4 becomes 11
      if (i == 11) {
        Files.copy(file, pictures.resolve("11.png"));
      } else {
        ImageIO.write(test.image(i).toBufferedImage(), "png", file.toFile());
      }
    }
  }

  private Path weights(String name, String model, long seed) throws IOException {
    Path folder = dir.resolve(name);
    try (Model made = Models.create(model, Map.of(), Init.seeded(seed))) {
      Preprocess preprocess =
          new Preprocess(
              1, 28, 28, "bicubic", 1.0, "squash", List.of(0.1307), List.of(0.3081), "none");
      WeightsFolder.writeConfig(folder, new WeightsFolder.Loaded(made, preprocess, List.of()));
      WeightsFolder.writeWeights(folder, made, Map.of());
    }
    return folder;
  }

  private Path embed(String name) {
    Path file = dir.resolve(name);
    Vit vit =
        Vit.run("embed", weights.toString(), pictures.toString(), "-o", file.toString(), "-q");
    assertThat(vit.err()).isEmpty();
    return file;
  }

  private static Vit search(Object... words) {
    List<String> all = new ArrayList<>(List.of("search"));
    for (Object word : words) {
      all.add(word.toString());
    }
    return Vit.run(all.toArray(String[]::new));
  }

  @Test
  void vectorsAreDrawnAsAMap() throws IOException {
    Path labeled = dir.resolve("labeled.safetensors");
    Vit embedded =
        Vit.run(
            "embed", weights.toString(), "--data", "mnist-sample", "-o", labeled.toString(), "-q");
    assertThat(embedded.err()).isEmpty();
    Path png = dir.resolve("map.png");
    JsonNode json = search(labeled, "--map", png, "--json").json();
    assertThat(json.get("method").asString()).isEqualTo("pca");
    assertThat(json.get("variance").size()).isEqualTo(2);
    assertThat(json.get("points").size()).isEqualTo(1000);
    JsonNode point = json.at("/points/0");
    assertThat(point.get("label").asInt()).isBetween(0, 9);
    assertThat(point.get("x").isNumber()).isTrue();
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(1360);
    assertThat(search(labeled, "--map", png).err()).contains("already exists");
    Path page = dir.resolve("map.html");
    assertThat(search(embed("f.safetensors"), "--map", page).out()).contains("Map: " + page);
    assertThat(page).content().contains("data:image/png;base64,").contains("12 of 8 numbers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f.safetensors", "f.npz"})
  void anImageFindsItself(String name) {
    Path file = embed(name);
    Path query = pictures.resolve("04.png");
    Vit vit = search(file, "--image", query, "-k", "3", "--json");
    assertThat(vit.err()).isEmpty();
    assertThat(vit.code()).isZero();
    JsonNode json = vit.json();
    assertThat(json.get("features").asString()).isEqualTo(file.toString());
    assertThat(json.get("count").asInt()).isEqualTo(12);
    assertThat(json.get("dim").asInt()).isEqualTo(8);
    assertThat(json.get("approximate").asBoolean()).isFalse();
    JsonNode results = json.get("results");
    assertThat(results).hasSize(3);
    assertThat(results.get(0).get("source").asString()).isEqualTo(query.toString());
    assertThat(results.get(0).get("row").asInt()).isEqualTo(4);
    assertThat(results.get(0).get("score").asDouble()).isCloseTo(1, within(1e-6));
    assertThat(results.get(1).get("source").asString())
        .isEqualTo(pictures.resolve("11.png").toString());
    assertThat(results.get(2).get("score").asDouble()).isLessThan(1);
    assertThat(search(file, "--image", query).out())
        .startsWith(" 1.0000  " + query + System.lineSeparator())
        .hasLineCount(10);
  }

  @Test
  void aVectorFindsWithoutTheModel() throws IOException {
    Path file = embed("f.safetensors");
    ByteBuffer row = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    try (Safetensors features = Safetensors.open(file)) {
      assertThat(features.metadata())
          .containsEntry("vit4j.model", weights.toString())
          .containsEntry("vit4j.normalized", "false")
          .hasEntrySatisfying("vit4j.fingerprint", f -> assertThat(f).hasSize(64));
      row.put(features.data("features").slice(5 * 32, 32)).flip();
    }
    Path query = dir.resolve("q.safetensors");
    Safetensors.write(
        query,
        List.of(
            new Safetensors.Entry("v", DType.F32, new long[] {1, 8}, row),
            new Safetensors.Entry("m", DType.F32, new long[] {2, 4}, row)),
        Map.of());
    Vit vit = search(file, "--vector", query + ":v", "-k", "1");
    assertThat(vit.out()).isEqualToIgnoringNewLines(" 1.0000  " + pictures.resolve("05.png"));
    assertThat(search(file, "--vector", query + ":m").err())
        .contains("m is F32[2, 4]: one vector is needed");
    assertThat(search(file, "--vector", query).err()).contains("must be FILE.safetensors:TENSOR");
  }

  @Test
  void duplicatesAreGrouped() {
    Path file = embed("f.safetensors");
    Path page = dir.resolve("page.html");
    Vit vit = search(file, "--duplicates", "1", "--html", page);
    assertThat(vit.out().lines())
        .containsExactly(
            " 1.0000  " + pictures.resolve("04.png"),
            " 1.0000  " + pictures.resolve("11.png"),
            "",
            "1 group, 1 of 12 images could be removed",
            "Page: " + page);
    assertThat(page).content().contains("Group 1", "data:image/png;base64");
    JsonNode json = search(file, "--duplicates", "1", "--json").json();
    assertThat(json.get("threshold").asDouble()).isEqualTo(1);
    assertThat(json.get("groups")).hasSize(1);
    assertThat(json.get("groups").get(0).get(1).get("row").asInt()).isEqualTo(11);
  }

  private Vit index(Path index, Object... words) {
    List<String> args = new ArrayList<>(List.of("index", "-o", index.toString()));
    for (Object word : words) {
      args.add(word.toString());
    }
    return Vit.run(args.toArray(String[]::new));
  }

  @Test
  void anIndexTakesThePlaceOfAFile() throws IOException {
    Path file = embed("f.safetensors");
    Path folder = dir.resolve("f.index");
    Path query = pictures.resolve("04.png");
    Vit built = index(folder, file);
    assertThat(built.err()).isEmpty();
    assertThat(built.out().lines())
        .containsExactly(folder + ": 12 vectors", "segment 1: 12 vectors, searched exactly");
    JsonNode found = search(folder, "--image", query, "--json").json();
    assertThat(found.get("approximate").asBoolean()).isTrue();
    assertThat(found.get("results"))
        .isEqualTo(search(file, "--image", query, "--json").json().get("results"));
    assertThat(search(folder, "--image", query, "--candidates", "12", "-k", "3").out())
        .hasLineCount(3);
    Path page = dir.resolve("page.html");
    assertThat(search(folder, "--image", query, "--html", page).code()).isZero();
    assertThat(page).content().contains("data:image/png;base64");
    Path other = weights("other", "vit_mnist_1850", 4);
    assertThat(search(folder, "--image", query, "--model", other).err())
        .contains(other + " is not the model that computed " + folder);
    assertThat(search(folder, "--duplicates", "0.9").err())
        .isEqualToIgnoringNewLines(
            "vit: --duplicates " + folder + ": takes a feature file, not an index");
    assertThat(search(folder, "--image", query, "--candidates", "0").err())
        .isEqualToIgnoringNewLines("vit: --candidates must be at least 1, not 0");
    assertThat(search(file, "--image", query, "--candidates", "9").err())
        .contains("--candidates needs an index, and " + file + " is none");
  }

  @Test
  void featuresOfTheSameModelAreAdded() throws IOException {
    Path first = embed("f.safetensors");
    Path folder = dir.resolve("f.index");
    assertThat(index(folder, first, "-q").code()).isZero();
    assertThat(index(folder, first).err())
        .isEqualToIgnoringNewLines(
            "vit: " + folder + " is an index already: use --add, or another folder");
    assertThat(index(folder, first, "--add").err()).contains("its vectors are already in");
    weights = weights("other", "vit_mnist_1850", 4);
    Path other = embed("other.safetensors");
    Vit refused = index(folder, other, "--add");
    assertThat(refused.err())
        .startsWith("vit: " + other + " does not belong into " + folder + " (another model: ")
        .hasLineCount(1);
    assertThat(refused.code()).isEqualTo(2);
    weights = dir.resolve("w");
    Files.delete(pictures.resolve("00.png"));
    JsonNode added = index(folder, embed("g.safetensors"), "--add", "--json").json();
    assertThat(added.get("count").asInt()).isEqualTo(23);
    assertThat(added.get("added").asInt()).isEqualTo(11);
    assertThat(added.get("segments").get(0).get("exact").asBoolean()).isTrue();
    Vit inspected = Vit.run("inspect", folder.toString());
    assertThat(inspected.out())
        .contains("23 vectors of 8 numbers", "model: " + weights, "from: " + first)
        .contains("segment 1: 23 vectors, searched exactly", "all checksums are right");
    assertThat(Vit.run("inspect", folder.toString(), "--json").json().get("sources")).hasSize(2);
    assertThat(Vit.run("inspect", folder.toString(), "--filter", "x*").err())
        .contains("--filter and --plot are for the tensors of a file");
  }

  @Test
  void aPageShowsWhatWasFound() throws IOException {
    Path file = embed("f.safetensors");
    Path query = Files.move(pictures.resolve("04.png"), dir.resolve("query.png"));
    Path page = dir.resolve("page.html");
    Vit vit = search(file, "--image", query, "-k", "4", "--html", page);
    assertThat(vit.code()).isZero();
    assertThat(vit.err()).contains(pictures.resolve("04.png") + ": no such file");
    assertThat(page)
        .content()
        .contains("<h1>Images found</h1>", "1.0000<br>" + pictures.resolve("11.png"), "no image");
    assertThat(search(file, "--image", query, "--html", page).err()).contains("already exists");
  }

  @Test
  void theModelMustBeTheSame() throws IOException {
    Path file = embed("f.safetensors");
    Path image = pictures.resolve("04.png");
    Path other = weights("other", "vit_mnist_1850", 4);
    assertThat(search(file, "--image", image, "--model", other).err())
        .isEqualToIgnoringNewLines(
            "vit: %s is not the model that computed %s (%s; another fingerprint): name that model with --model, or run vit embed again"
                .formatted(other, file, weights));
    Path moved = Files.move(weights, dir.resolve("moved"));
    assertThat(search(file, "--image", image).err())
        .contains(weights + ": no such run, weights folder or weights file");
    assertThat(search(file, "--image", image, "--model", moved).code()).isZero();
    assertThat(search(file, "a seven", "--model", moved).err())
        .contains(moved + " has no text tower: search for 'a seven' needs a CLIP model");
  }

  @Test
  void aFileWithoutOriginNeedsTheModel() throws IOException {
    Path file = dir.resolve("plain.safetensors");
    Path image = pictures.resolve("04.png");
    for (int dim : new int[] {8, 9}) {
      ByteBuffer ones = ByteBuffer.allocate(3 * dim * 4).order(ByteOrder.LITTLE_ENDIAN);
      while (ones.hasRemaining()) {
        ones.putFloat(1);
      }
      Safetensors.write(
          file,
          List.of(new Safetensors.Entry("features", DType.F32, new long[] {3, dim}, ones.flip())),
          Map.of());
      assertThat(search(file, "--image", image).err())
          .contains("does not say which model computed it: name the model with --model");
      Vit vit = search(file, "--image", image, "--model", weights);
      if (dim == 8) {
        assertThat(vit.out().lines().map(line -> line.substring(9))).containsExactly("0", "1", "2");
        assertThat(vit.err()).contains("does not say which weights computed it");
      } else {
        assertThat(vit.err()).contains("computes 8 numbers per image, but the vectors of");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F | 2 | give one of TEXT, --image FILE, --vector FILE:TENSOR, --duplicates T and --map FILE",
        "F text --image P/04.png | 2 | give one of TEXT",
        "F --image P/04.png -k 0 | 2 | -k must be at least 1, not 0",
        "F --image P/04.png -k 13 | 2 | k = 13: F has 12 vectors: use 1 to 12",
        "F --image P/none.png | 1 | none.png: ",
        "F --duplicates 2 | 2 | threshold 2.0: use a cosine from 0.01 to 1",
        "F --map m.png -k 3 | 2 | --map draws all vectors: leave out -k and --html",
        "F --map m.gif | 2 | --map m.gif: must be a .png or .html file",
        "F --image P/04.png --method pca | 2 | --method and --seed need --map FILE",
        "F --map m.png --method tsne | 2 | t-SNE of 12 vectors: perplexity 30 needs more than 91",
        "F --duplicates 0.9 -k 3 | 2 | --duplicates compares all pairs: leave out -k",
        "F --image P/04.png -k 1001 --html F.html | 2 | a page shows at most 1,000 images",
        "F --image P/04.png -j 0 | 2 | threads must be at least 1, not 0",
        "none.safetensors --duplicates 0.9 | 1 | none.safetensors: ",
        "P --duplicates 0.9 | 1 | ",
      })
  void mistakesAreOneLine(String words, int code, String message) {
    Path file = embed("f.safetensors");
    String line = words.replace("F", file.toString()).replace("P/", pictures + "/");
    Vit vit = search((Object[]) line.replaceFirst("^P ", pictures + " ").split(" ", -1));
    assertThat(vit.err())
        .startsWith("vit: ")
        .contains(String.valueOf(message == null ? "" : message).replace("F ", file + " "))
        .hasLineCount(1);
    assertThat(vit.code()).isEqualTo(code);
    assertThat(vit.out()).isEmpty();
  }
}

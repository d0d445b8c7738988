package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vit4j.infer.Classifier;
import dev.vit4j.probe.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code vit probe -o} writes folders that the other verbs open. */
class ProbeModelCommandTest {
  private static final String SEVEN = "../docs/pictures/seven.png";

  @TempDir Path dir;
  private Path clip = Path.of("");
  private String train = "";
  private String test = "";

  @BeforeEach
  void embed() throws IOException {
    clip = ClipFolder.write(dir.resolve("clip"));
    train = embed("train");
    test = embed("test");
  }

  private String embed(String split) {
    String file = dir.resolve(split + ".safetensors").toString();
    Vit vit =
        Vit.run(
            "embed",
            clip.toString(),
            "--data",
            "mnist-sample",
            "--split",
            split,
            "-o",
            file,
            "--normalize");
    assertThat(vit.code()).as(vit.err()).isZero();
    return file;
  }

  @Test
  void everyVerbOpensTheModel() throws IOException {
    String folder = dir.resolve("digits").toString();
    Vit probe = Vit.run("probe", train, "--test", test, "-C", "100", "-o", folder, "--json");
    assertThat(probe.code()).as(probe.err()).isZero();
    assertThat(probe.json().get("is_model").asBoolean()).isTrue();
    double top1 = probe.json().get("test_top1").asDouble();
    assertThat(top1).isGreaterThan(30);
    JsonNode eval =
        Vit.run(
                "eval",
                folder,
                "--data",
                "mnist-sample",
                "--output",
                dir.resolve("eval").toString(),
                "--json")
            .json();
    assertThat(eval.get("top1").asDouble()).isEqualTo(top1);
    assertThat(Vit.run("predict", folder, SEVEN).out()).contains("0: ").hasLineCount(6);
    assertThat(Vit.run("summary", folder).out()).contains("head");
    assertThat(Vit.run("inspect", folder, "--json").json().get("metadata").get("vit4j.probe"))
        .asString()
        .contains("logreg");
    String onnx = dir.resolve("digits.onnx").toString();
    assertThat(Vit.run("export", folder, "--format", "onnx", "-o", onnx).code()).isZero();
    try (Classifier classifier = Classifier.open(Path.of(folder));
        Probe opened = Probe.open(Path.of(folder))) {
      assertThat(classifier.classes()).hasSize(10);
      assertThat(opened.about().normalized()).isTrue();
    }
  }

  @Test
  void withoutItsModelOnlyTheProbeIsSaved() throws IOException {
    Files.move(clip, dir.resolve("moved"));
    Path folder = dir.resolve("digits");
    Vit probe = Vit.run("probe", train, "--head", "ridge", "-o", folder.toString(), "--json");
    assertThat(probe.code()).isZero();
    assertThat(probe.json().get("is_model").asBoolean()).isFalse();
    assertThat(probe.err())
        .contains("The model of the features cannot be opened", "only the probe is saved");
    Probe.open(folder).close();
    Vit named =
        Vit.run(
            "probe",
            train,
            "--head",
            "ridge",
            "--model",
            dir.resolve("moved").toString(),
            "-o",
            dir.resolve("named").toString());
    assertThat(named.code()).isZero();
    assertThat(named.err()).contains("Model: ");
  }

  @Test
  void aModelThatDoesNotFitIsRefused() throws IOException {
    Path folder = dir.resolve("knn");
    Vit knn =
        Vit.run(
            "probe", train, "--head", "knn", "--model", clip.toString(), "-o", folder.toString());
    assertThat(knn.code()).isEqualTo(1);
    assertThat(knn.err())
        .contains("vit: only the probe is saved: a k-nearest neighbors probe cannot become");
    Probe.open(folder).close();
    Vit lone = Vit.run("probe", train, "--model", clip.toString());
    assertThat(lone.code()).isEqualTo(2);
    assertThat(lone.err()).contains("--model is for files of features, and needs --output");
    Vit gone = Vit.run("probe", train, "--model", "none.pth", "-o", dir.resolve("n").toString());
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err().lines().filter(line -> line.startsWith("vit: "))).hasSize(1);
  }
}

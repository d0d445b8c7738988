package dev.vit4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands with more classes than a byte has values: made-up photos in Pascal-Context's layout. */
class PascalContextCommandsTest {
  private static final int HEIGHT = 32;
  private static final int WIDTH = 40;
  private static final int GROUND = 300;
  private static final int SQUARE = 459;

  @TempDir static Path dir;
  private static Path data;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    data = Files.createDirectories(dir.resolve("context"));
    Path lists = Files.createDirectories(data.resolve("VOCdevkit/VOC2010/ImageSets/Main"));
    Files.createDirectories(data.resolve("VOCdevkit/VOC2010/JPEGImages"));
    Files.createDirectories(data.resolve("trainval"));
    for (int i = 0; i < 20; i++) {
      sample(i);
    }
    Files.write(lists.resolve("train.txt"), ids(0, 16));
    Files.write(lists.resolve("val.txt"), ids(16, 20));
    Files.write(
        data.resolve("labels.txt"),
        IntStream.rangeClosed(1, 459).mapToObj(i -> i + ": thing " + i).toList());
    Path recipe =
        Files.write(
            dir.resolve("context.yaml"),
            List.of(
                "task: segmentation",
                "data: pascal-context",
                "data_dir: " + data,
                "model: vit_seg",
                "model_args: {patch_size: 4, embed_dim: 32, depth: 1, num_heads: 2}",
                "img_size: 32",
                "epochs: 8",
                "batch_size: 4",
                "val_split: 0.25",
                "hflip: 0.5",
                "opt: adamw",
                "lr: 0.01",
                "output: " + dir.resolve("runs")));
    run = Path.of(good("train", recipe.toString(), "--json").json().get("run").asString());
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "2010_00000" + i).toList();
  }

  private static boolean isSquare(int i, int x, int y) {
    return x >= 4 + i && x < 20 + i && y >= 8 && y < 24;
  }

  /** A red square on gray; the first row is unknown. */
  private static void sample(int i) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    ByteBuffer numbers = ByteBuffer.allocate(2 * WIDTH * HEIGHT).order(ByteOrder.LITTLE_ENDIAN);
    for (int x = 0; x < WIDTH; x++) {
      for (int y = 0; y < HEIGHT; y++) {
        image.setRGB(x, y, isSquare(i, x, y) ? 0xDC2030 : 0x5A645F + i);
        numbers.putShort((short) (y == 0 ? 431 : isSquare(i, x, y) ? SQUARE : GROUND));
      }
    }
    ImageIO.write(
        image, "jpg", data.resolve("VOCdevkit/VOC2010/JPEGImages/" + id(i) + ".jpg").toFile());
    ByteBuffer mat = ByteBuffer.allocate(192 + numbers.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    mat.put(Arrays.copyOf("MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII), 124));
    mat.putShort((short) 0x0100).put((byte) 'I').put((byte) 'M');
    mat.putInt(14).putInt(mat.capacity() - 136);
    mat.putInt(6).putInt(8).putInt(11).putInt(0); // flags: u16
    mat.putInt(5).putInt(8).putInt(HEIGHT).putInt(WIDTH);
    mat.putInt(1).putInt(8).put("LabelMap".getBytes(StandardCharsets.US_ASCII));
    mat.putInt(4).putInt(numbers.capacity()).put(numbers.flip());
    Files.write(data.resolve("trainval/" + id(i) + ".mat"), mat.array());
  }

  private static String id(int i) {
    return ids(i, i + 1).get(0);
  }

  private static Vit good(Object... words) {
    Vit vit = Vit.run(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    assertThat(vit.code()).as(vit.err()).isZero();
    return vit;
  }

  @Test
  void dataIsDescribedDrawnAndChecked() throws IOException {
    JsonNode info = good("data", "info", "pascal-context", "--data", data, "--json").json();
    assertThat(info.at("/train/count").asInt()).isEqualTo(16);
    assertThat(info.at("/train/classes/thing 459").asInt()).isEqualTo(16 * 16 * 16);
    assertThat(info.at("/train/classes/thing 431").asInt()).isZero();
    assertThat(info.at("/first_batch/masks").toString()).isEqualTo("[16,224,224,2]");
    good("data", "verify", "pascal-context", "--data", data);
    Path sheet = dir.resolve("sheet.png");
    good("data", "show", "pascal-context", "--data", data, "-n", 3, "-o", sheet);
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(1000);
    assertThat(good("data", "show", data, "--index", 0).out()).contains("thing 300, thing 459");
  }

  @Test
  void aModelOf460ClassesLearnsAndIsMeasured() throws IOException {
    JsonNode json = good("eval", run, "-o", dir.resolve("eval"), "--json").json();
    assertThat(json.get("count").asInt()).isEqualTo(4);
    assertThat(json.get("pixels").asInt()).isEqualTo(4 * WIDTH * (HEIGHT - 1));
    assertThat(json.get("pixel_accuracy").asDouble()).isGreaterThan(0.85);
    assertThat(json.get("per_class").size()).isEqualTo(460);
    assertThat(json.at("/per_class/459/iou").asDouble()).isGreaterThan(0.5);
  }

  @Test
  void predictedMasksHave16Bits() throws IOException {
    Path photo = data.resolve("VOCdevkit/VOC2010/JPEGImages/" + id(17) + ".jpg");
    Path masks = dir.resolve("masks");
    good("predict", run, photo, "--masks", masks, "--plot", dir.resolve("plots"));
    BufferedImage mask = ImageIO.read(masks.resolve(id(17) + ".png").toFile());
    assertThat(mask.getType()).isEqualTo(BufferedImage.TYPE_USHORT_GRAY);
    assertThat(mask.getRaster().getSample(30, 16, 0)).isEqualTo(SQUARE);
    assertThat(mask.getRaster().getSample(3, 30, 0)).isEqualTo(GROUND);
  }

  /** Both outputs of the multitask model, with all 460 classes. */
  @Test
  void theMultitaskModelFindsClassesAndRegions() throws IOException {
    Path recipe =
        Files.write(
            dir.resolve("multitask.yaml"),
            List.of(
                "task: multitask",
                "data: pascal-context",
                "data_dir: " + data,
                "model: multitask_vit",
                "model_args: {backbone: patch_embed, embed_dim: 32, patch_size: 8, depth: 1,"
                    + " num_heads: 2, dim_feedforward: 64, mask_hidden: 64, mask_dropout: 0}",
                "img_size: 32",
                "epochs: 20",
                "batch_size: 4",
                "val_split: 0.25",
                "opt: adamw",
                "lr: 0.01",
                "output: " + dir.resolve("runs")));
    Path trained = Path.of(good("train", recipe.toString(), "--json").json().get("run").asString());
    JsonNode json = good("eval", trained, "-o", dir.resolve("eval2"), "--json").json();
    assertThat(json.get("pixel_accuracy").asDouble()).isGreaterThan(0.75);
    assertThat(json.get("patch_map").asDouble()).isGreaterThan(0.75);
    assertThat(json.at("/patch_classes/459/patches").asInt()).isPositive();
    assertThat(json.at("/patch_classes/431/average_precision").isNull()).isTrue();
    Path photo = data.resolve("VOCdevkit/VOC2010/JPEGImages/" + id(17) + ".jpg");
    JsonNode result = good("predict", trained, photo, "--json").json().at("/results/0");
    assertThat(result.at("/areas/0/index").asInt()).isEqualTo(GROUND);
    assertThat(result.at("/areas/0/regions/0/pixels").asInt()).isPositive();
    assertThat(result.get("patches").size()).isEqualTo(16);
    Path masks = dir.resolve("masks2");
    Path csv = dir.resolve("regions.csv");
    good("predict", trained, photo, "--masks", masks, "--csv", csv, "--plot", dir.resolve("p2"));
    BufferedImage mask = ImageIO.read(masks.resolve(id(17) + ".png").toFile());
    assertThat(mask.getType()).isEqualTo(BufferedImage.TYPE_USHORT_GRAY);
    assertThat(mask.getWidth()).isEqualTo(WIDTH);
    assertThat(Files.readAllLines(csv).get(0)).startsWith("source,rank,index,label,pixels,left");
  }
}

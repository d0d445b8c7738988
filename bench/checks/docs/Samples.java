import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Writes small data sets for the commands of the documentation, in the layouts of the original ones: the first samples of MNIST,
 * CIFAR-10, CIFAR-100, of photos of food in class folders, of CamVid, and made-up label maps of Pascal-Context.
 *
 * <pre>java Samples.java DATA OUT</pre>
 */
class Samples {
  private static final int SIDE = 32;
  private final Path data;
  private final Path out;

  private Samples(Path data, Path out) {
    this.data = data;
    this.out = out;
  }

  public static void main(String[] args) throws IOException {
    Samples samples = new Samples(Path.of(args[0]), Path.of(args[1]));
    samples.mnist();
    samples.cifar100();
    samples.cifar10();
    samples.food();
    samples.camVid();
    samples.fewShot();
    samples.pascalContext();
  }

  private Path file(String name) throws IOException {
    Path file = out.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  private void mnist() throws IOException {
    for (String split : List.of("train", "t10k")) {
      int count = split.equals("train") ? 256 : 64;
      idx(split + "-images-idx3-ubyte.gz", 16, 28 * 28, count);
      idx(split + "-labels-idx1-ubyte.gz", 8, 1, count);
    }
  }

  /** Copies the first samples; the number of samples is at byte 4 of the header. */
  private void idx(String name, int header, int size, int count) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(data.resolve("mnist/" + name)));
        GZIPOutputStream to = new GZIPOutputStream(Files.newOutputStream(file("mnist/" + name)))) {
      byte[] bytes = in.readNBytes(header + size * count);
      to.write(ByteBuffer.wrap(bytes).putInt(4, count).array());
    }
  }

  private void cifar100() throws IOException {
    byte[] coarse = Files.readAllBytes(data.resolve("cifar100/fine_to_coarse.u8"));
    for (String split : List.of("train", "test")) {
      BufferedImage sheet = sheet("cifar100/" + split + "_00.png");
      byte[] labels = Files.readAllBytes(data.resolve("cifar100/" + split + "_fine_labels.u8"));
      ByteArrayOutputStream records = new ByteArrayOutputStream();
      for (int i = 0; i < (split.equals("train") ? 128 : 64); i++) {
        records.write(coarse[labels[i]]);
        records.write(labels[i]);
        records.writeBytes(planes(tile(sheet, i)));
      }
      Files.write(file("cifar100/" + split + ".bin"), records.toByteArray());
    }
    Files.copy(data.resolve("cifar100/fine_label_names.txt"), file("cifar100/fine_label_names.txt"));
    Files.copy(data.resolve("cifar100/coarse_label_names.txt"), file("cifar100/coarse_label_names.txt"));
  }

  private void cifar10() throws IOException {
    BufferedImage sheet = sheet("cifar10/test5000_00.png");
    byte[] labels = Files.readAllBytes(data.resolve("cifar10/test5000_labels.u8"));
    for (int part = 1; part <= 6; part++) {
      ByteArrayOutputStream records = new ByteArrayOutputStream();
      for (int i = 16 * (part - 1); i < 16 * part; i++) {
        records.write(labels[i]);
        records.writeBytes(planes(tile(sheet, i)));
      }
      String name = part == 6 ? "test_batch.bin" : "data_batch_" + part + ".bin";
      Files.write(file("cifar10/" + name), records.toByteArray());
    }
  }

  private BufferedImage sheet(String name) throws IOException {
    return ImageIO.read(data.resolve(name).toFile());
  }

  /** Image i of a sheet with 40 images in a row. */
  private static BufferedImage tile(BufferedImage sheet, int i) {
    return sheet.getSubimage(i % 40 * SIDE, i / 40 * SIDE, SIDE, SIDE);
  }

  private static byte[] planes(BufferedImage image) {
    byte[] planes = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      int rgb = image.getRGB(i % SIDE, i / SIDE);
      for (int c = 0; c < 3; c++) {
        planes[c * SIDE * SIDE + i] = (byte) (rgb >> (16 - 8 * c));
      }
    }
    return planes;
  }

  /** Class folders, a folder of photos without classes, and photos with captions. */
  private void food() throws IOException {
    List<String> captions = new ArrayList<>();
    for (String split : List.of("train", "test")) {
      for (String label : List.of("pizza", "steak", "sushi")) {
        List<Entry> found = entries("food101-pss64/pizza_steak_sushi_64.zip", split + "/" + label + "/", split.equals("train") ? 8 : 2);
        for (Entry photo : found) {
          Files.write(file("food/" + photo.name()), photo.bytes());
          captions.add("{\"image\": \"food/%s\", \"caption\": \"a photo of %s\"}".formatted(photo.name(), label));
        }
        Files.write(file(label + ".jpg"), found.get(0).bytes());
      }
    }
    Files.write(file("captions.jsonl"), captions);
    for (Entry photo : entries("food101-pss64/pizza_steak_sushi_64.zip", "train/", 100)) { // enough for t-SNE
      Files.write(file("photos/" + photo.name().substring(photo.name().lastIndexOf('/') + 1)), photo.bytes());
    }
  }

  private void camVid() throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file("CAMVID.zip")))) {
      for (String split : List.of("train", "val", "test")) {
        for (String folder : List.of(split, split + "annot")) {
          for (Entry picture : entries("camvid-128x96/camvid_128x96.zip", folder + "/", split.equals("train") ? 12 : 4)) {
            zip.putNextEntry(new ZipEntry(picture.name()));
            zip.write(picture.bytes());
            if (picture.name().startsWith("test/")) {
              Files.write(file("street.jpg"), picture.bytes());
            }
          }
        }
      }
    }
  }

  private record Entry(String name, byte[] bytes) {}

  /** The first files of a folder in an archive. */
  private List<Entry> entries(String archive, String folder, int count) throws IOException {
    List<Entry> found = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(data.resolve(archive)))) {
      for (ZipEntry entry = zip.getNextEntry(); found.size() < count; entry = zip.getNextEntry()) {
        if (entry.getName().startsWith(folder) && !entry.isDirectory()) {
          found.add(new Entry(entry.getName(), zip.readAllBytes()));
        }
      }
    }
    return found;
  }

  /** Two classes of photos of food, in the layout of docs/clip.md. */
  private void fewShot() throws IOException {
    List<String> train = new ArrayList<>();
    List<String> test = new ArrayList<>();
    int number = 0;
    for (String label : List.of("pizza", "steak")) {
      List<Entry> photos = entries("food101-pss64/pizza_steak_sushi_64.zip", "train/" + label + "/", 12);
      for (Entry photo : photos) {
        boolean tested = number % 3 == 0;
        String name = number++ + ".jpg";
        String line = " " + (label.equals("pizza") ? 0 : 1);
        (tested ? test : train).add(tested ? name + line : "processed_dataset/Trainset/" + name + line);
        Files.write(file("few_shot/processed_dataset/" + (tested ? "TestSetA/" : "Trainset/") + name), photo.bytes());
      }
    }
    Files.write(file("few_shot/logs/classes.txt"), List.of("Food-101_pizza 0", "Food-101_steak 1"));
    Files.write(file("few_shot/logs/train.txt"), train);
    Files.write(file("few_shot/logs/test_a.txt"), test);
  }

  private void pascalContext() throws IOException {
    String voc = "context/VOCdevkit/VOC2010/";
    List<String> ids = new ArrayList<>();
    for (Entry photo : entries("camvid-128x96/camvid_128x96.zip", "train/", 12)) {
      String id = "2008_%06d".formatted(ids.size());
      BufferedImage image = ImageIO.read(new java.io.ByteArrayInputStream(photo.bytes()));
      Files.write(file(voc + "JPEGImages/" + id + ".jpg"), photo.bytes());
      Files.write(file("context/trainval/" + id + ".mat"), labelMap(image.getWidth(), image.getHeight(), ids.size()));
      ids.add(id);
    }
    Files.write(file(voc + "ImageSets/Main/train.txt"), ids.subList(0, 8));
    Files.write(file(voc + "ImageSets/Main/val.txt"), ids.subList(8, 12));
    List<String> labels = new ArrayList<>();
    for (int i = 1; i <= 459; i++) {
      labels.add(i + ": thing " + i);
    }
    Files.write(file("context/labels.txt"), labels);
    Files.write(file("context/59_labels.txt"), labels.subList(0, 59));
  }

  /** A MATLAB 5 file with LabelMap, u16 by columns: left half one class, right half another. */
  private static byte[] labelMap(int width, int height, int class1) {
    int bytes = 2 * width * height;
    int matrix = 16 + 16 + 16 + 8 + bytes;
    ByteBuffer file = ByteBuffer.allocate(128 + 8 + matrix).order(ByteOrder.LITTLE_ENDIAN);
    file.put("MATLAB 5.0 MAT-file".getBytes(StandardCharsets.US_ASCII));
    file.position(124).putShort((short) 0x100).put((byte) 'I').put((byte) 'M');
    file.putInt(14).putInt(matrix); // miMATRIX
    file.putInt(6).putInt(8).putInt(11).putInt(0); // flags: mxUINT16
    file.putInt(5).putInt(8).putInt(height).putInt(width);
    file.putInt(1).putInt(8).put("LabelMap".getBytes(StandardCharsets.US_ASCII));
    file.putInt(4).putInt(bytes); // miUINT16
    for (int i = 0; i < width * height; i++) {
      file.putShort((short) (1 + (i / height < width / 2 ? class1 : 40)));
    }
    return file.array();
  }
}

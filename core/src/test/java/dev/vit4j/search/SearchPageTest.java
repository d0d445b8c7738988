package dev.vit4j.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchPageTest {
  private static final Pattern PICTURE =
      Pattern.compile("src=\"data:image/(png|jpeg);base64,([^\"]+)\"");

  @TempDir Path dir;

  private static byte[] png(int width, int height, int color) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, color);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  @Test
  void thumbnailsAreEmbeddedAndTextIsEscaped() throws IOException {
    Path photo = Files.write(dir.resolve("photo.png"), png(800, 400, 0xff0000));
    Files.write(dir.resolve("small.png"), png(28, 28, 0x00ff00));
    Path zip = dir.resolve("a.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("in/blue.png"));
      out.write(png(100, 50, 0x0000ff));
    }
    Path broken = Files.write(dir.resolve("broken.png"), new byte[] {1, 2, 3});
    List<String> notes = new ArrayList<>();
    String html =
        new SearchPage("<b>title", Set.of(dir), notes::add)
            .note("a & b")
            .query(photo.toString())
            .matches(
                "Nearest",
                List.of(
                    new Match(0, photo.toString(), 0.98765),
                    new Match(1, "small.png", 0.5), // beside the feature file
                    new Match(2, zip + "!/in/blue.png", 0.4),
                    new Match(3, zip + "!/in/none.png", 0.3),
                    new Match(4, broken.toString(), 0.2),
                    new Match(5, "<script>\"'\0", 0.1)))
            .toHtml();
    assertThat(html)
        .contains("<title>&lt;b&gt;title</title>", "a &amp; b", "<h2>Nearest</h2>")
        .contains("0.9877<br>" + photo, "0.1000<br>&lt;script&gt;&quot;&#39;\uFFFD")
        .doesNotContain("<script", "http://", "https://");
    List<String> sizes = new ArrayList<>();
    Matcher pictures = PICTURE.matcher(html);
    while (pictures.find()) {
      BufferedImage image =
          ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(pictures.group(2))));
      sizes.add(pictures.group(1) + " " + image.getWidth() + " x " + image.getHeight());
    }
    assertThat(sizes)
        .containsExactly("jpeg 160 x 80", "jpeg 160 x 80", "png 28 x 28", "jpeg 100 x 50");
    assertThat(html.split("no image", -1)).hasSize(4);
    assertThat(notes).hasSize(3);
    assertThat(notes.get(0)).isEqualTo(zip + "!/in/none.png: no such file in the archive");
    assertThat(notes.get(1)).startsWith(broken + ": ");
    assertThat(notes.get(2)).endsWith(": no such file");
  }

  @Test
  void aPageHasALimit() {
    SearchPage page = new SearchPage("t", Set.of(dir), note -> {});
    assertThatThrownBy(() -> page.matches("h", Collections.nCopies(1001, new Match(0, "0", 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a page shows at most 1,000 images, not 1,001: ask for fewer");
  }
}

package dev.vit4j.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
  @Test
  void namesCannotBecomeMarkup() {
    String evil = "<script>alert('1')</script>&\"";
    String html =
        new HtmlPage(evil)
            .heading(evil)
            .note(evil)
            .facts(List.of(List.of(evil, evil)))
            .table(List.of(evil), List.of(List.of(evil)))
            .picture(evil, Gallery.digit())
            .folded(evil, evil)
            .toHtml();
    assertThat(html).doesNotContain("<script").contains("&lt;script&gt;alert(&#39;1&#39;)");
    assertThat(html).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
  }

  @Test
  void picturesAreInThePageAndNothingComesFromElsewhere() throws IOException {
    String html = new HtmlPage("digits").picture("a ring", Gallery.digit()).toHtml();
    Matcher picture = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(html);
    assertThat(picture.find()).isTrue();
    BufferedImage back =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture.group(1))));
    assertThat(back.getWidth()).isEqualTo(28);
    assertThat(html).doesNotContain("http").contains("alt=\"a ring\"");
  }
}

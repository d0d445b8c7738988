package dev.vit4j.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Attributes;

/** Reads multipart/form-data (RFC 7578): parts with a file name are images, others parameters. */
final class Form {
  private static final int MOST_FIELDS = 1000; // labels of a zero-shot request, for example
  private static final int MOST_HEADERS = 8192; // bytes of a part

  private Form() {}

  /**
   * Reads a form.
   *
   * @param contentType of the request, with the boundary
   * @throws Problem if the form is damaged or has too many parts
   */
  static void read(
      String contentType,
      byte[] body,
      int mostPictures,
      BiConsumer<String, String> fields,
      List<Upload> uploads) {
    String boundary = MultiPart.extractBoundary(contentType);
    if (boundary == null || boundary.isEmpty()) {
      throw new Problem(Problem.BAD_REQUEST, "multipart/form-data without a boundary");
    }
    MultiPartConfig config =
        new MultiPartConfig.Builder()
            .maxParts(MOST_FIELDS + mostPictures)
            .maxSize(-1) // the body is already in memory
            .maxPartSize(-1)
            .maxMemoryPartSize(-1)
            .maxHeadersSize(MOST_HEADERS)
            .build();
    try (MultiPartFormData.Parts parts =
        MultiPartFormData.getParts(
            Content.Source.from(ByteBuffer.wrap(body)),
            new Attributes.Mapped(),
            contentType,
            config)) {
      for (MultiPart.Part part : parts) {
        String file = part.getFileName();
        if (file == null) {
          fields.accept(
              String.valueOf(part.getName()), part.getContentAsString(StandardCharsets.UTF_8));
        } else {
          uploads.add(new Upload(name(file), bytes(part)));
        }
      }
    } catch (RuntimeException e) {
      throw new Problem(Problem.BAD_REQUEST, "damaged multipart/form-data: " + reason(e));
    } catch (IOException e) {
      throw new Problem(Problem.BAD_REQUEST, "damaged multipart/form-data: " + e.getMessage());
    }
    if (uploads.size() > mostPictures) {
      throw new Problem(
          Problem.TOO_LARGE,
          "%d images in one request, the limit is %d".formatted(uploads.size(), mostPictures));
    }
  }

  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  private static byte[] bytes(MultiPart.Part part) throws IOException {
    ByteBuffer buffer = Content.Source.asByteBuffer(part.getContentSource());
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** Browsers may send folders with a name. */
  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }
}

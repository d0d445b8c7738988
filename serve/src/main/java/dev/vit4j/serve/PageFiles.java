package dev.vit4j.serve;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** {@code GET /} and {@code /page/…}: the page in the browser, files of the jar. */
final class PageFiles implements Endpoint {
  private static final int NOT_FOUND = 404;
  private static final int NOT_MODIFIED = 304;
  private static final Pattern NAME =
      Pattern.compile("[\\w-]+(\\.[\\w-]+)*(/[\\w-]+(\\.[\\w-]+)*)*");
  private static final int TAG = 16; // hexadecimal digits
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "json", Reply.JSON,
          "svg", "image/svg+xml",
          "png", "image/png",
          "jpg", "image/jpeg",
          "ico", "image/x-icon");

  private final Map<String, Optional<PageFile>> files = new ConcurrentHashMap<>();

  /** A file of the jar. */
  private record PageFile(Reply reply, String tag) {}

  @Override
  public Reply answer(Call call) {
    String rest = call.variable("*");
    PageFile file =
        files
            .computeIfAbsent(rest.equals("null") ? "index.html" : rest, PageFiles::read)
            .orElseThrow(() -> new Problem(NOT_FOUND, "no such page"));
    boolean known = call.header("If-None-Match").contains(file.tag);
    Reply reply = known ? new Reply(NOT_MODIFIED, "", new byte[0], Map.of()) : file.reply;
    return reply.with("ETag", file.tag).with("Cache-Control", "no-cache");
  }

  private static Optional<PageFile> read(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (in == null || type == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      return Optional.of(new PageFile(Reply.bytes(type, bytes), tag(bytes)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash).substring(0, TAG) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}

package dev.vit4j.data.source;

import dev.vit4j.format.FormatException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses tar.gz archives to a cache, since random access needs an uncompressed file. The
 * cached file is named by the SHA-256 of the content, so that a changed archive is detected.
 */
final class Gunzip {
  private static final int MAX_RATIO = 100;
  private static final long SMALL = 1L << 24;
  private static final int PIECE = 1 << 16;

  private Gunzip() {}

  /**
   * Returns the uncompressed archive and creates it if necessary.
   *
   * @param cache cache folder; created if it does not exist
   * @param notes receives a message that a large file is written
   * @throws FormatException if the archive is damaged or a decompression bomb
   */
  static Path tar(Path archive, Path cache, Consumer<String> notes) throws IOException {
    Path tar = cache.resolve(sha256(archive) + ".tar");
    if (Files.isRegularFile(tar)) {
      return tar;
    }
    Files.createDirectories(cache);
    notes.accept(
        String.format(
            Locale.ROOT, "Unpacking %s (%.1f MB) to %s", archive, Files.size(archive) / 1e6, tar));
    Path part = Files.createTempFile(cache, "unpacking", ".part");
    try {
      inflate(archive, part);
      Files.move(part, tar, StandardCopyOption.ATOMIC_MOVE);
    } catch (EOFException | ZipException e) {
      throw new FormatException(archive.toString(), -1, "damaged gzip data: " + e.getMessage());
    } finally {
      Files.deleteIfExists(part);
    }
    return tar;
  }

  private static void inflate(Path archive, Path to) throws IOException {
    long most = Math.max(SMALL, Files.size(archive) * MAX_RATIO);
    try (InputStream in =
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), PIECE);
        OutputStream out = Files.newOutputStream(to)) {
      byte[] piece = new byte[PIECE];
      long written = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        written += n;
        if (written > most) {
          throw new FormatException(
              archive.toString(),
              -1,
              "expands more than %d-fold: a decompression bomb".formatted(MAX_RATIO));
        }
        out.write(piece, 0, n);
      }
    }
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

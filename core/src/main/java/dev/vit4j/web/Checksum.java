package dev.vit4j.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What the bytes of a file must give.
 *
 * @param kind what is computed
 * @param hex what it must begin with, in lower case
 */
public record Checksum(Kind kind, String hex) {
  private static final String SHA256_HEX = "[0-9a-f]{64}";
  private static final String SHA1_HEX = "[0-9a-f]{40}";

  /** What is computed. */
  public enum Kind {
    /** SHA-256 of the bytes, Git LFS's name of a file. */
    SHA256("SHA-256"),
    /** SHA-1 of {@code blob SIZE\0} and the bytes, Git's own name of a file. */
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  /** A SHA-256, or the beginning of one. */
  public static Checksum sha256(String hex) {
    return new Checksum(Kind.SHA256, hex);
  }

  /**
   * The checksum that the Hugging Face Hub sends as a file's ETag; empty if it is something else.
   */
  public static Optional<Checksum> ofEtag(String etag) {
    String hex = etag.replaceFirst("^W/", "").replace("\"", "");
    if (hex.matches(SHA256_HEX)) {
      return Optional.of(new Checksum(Kind.SHA256, hex));
    }
    return hex.matches(SHA1_HEX) ? Optional.of(new Checksum(Kind.GIT_BLOB, hex)) : Optional.empty();
  }

  /** Begins to compute it for a file of this many bytes. */
  MessageDigest begin(long size) {
    try {
      MessageDigest digest = MessageDigest.getInstance(kind.algorithm);
      if (kind == Kind.GIT_BLOB) {
        digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-1 and SHA-256", e);
    }
  }

  /**
   * Ends the computation.
   *
   * @throws WrongContentException if the bytes gave something else
   */
  void verify(MessageDigest digest) throws WrongContentException {
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.startsWith(hex)) {
      throw new WrongContentException(
          "wrong content: %s %s, not %s".formatted(kind.algorithm, found, hex));
    }
  }
}

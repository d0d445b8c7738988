package dev.vit4j.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The expected checksum of a file.
 *
 * @param kind checksum algorithm
 * @param hex the expected digits or their prefix, lower case
 */
public record Checksum(Kind kind, String hex) {
  private static final String SHA256_HEX = "[0-9a-f]{64}";
  private static final String SHA1_HEX = "[0-9a-f]{40}";

  /** Checksum algorithms. */
  public enum Kind {
    /** SHA-256 of the bytes, as in Git LFS. */
    SHA256("SHA-256"),
    /** SHA-1 of {@code blob SIZE\0} and the bytes, as Git's object names. */
    GIT_BLOB("SHA-1");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  /** Creates a SHA-256 checksum from all or the first digits. */
  public static Checksum sha256(String hex) {
    return new Checksum(Kind.SHA256, hex);
  }

  /** Parses the ETag that the Hugging Face Hub sends for a file; empty if it is not a checksum. */
  public static Optional<Checksum> ofEtag(String etag) {
    String hex = etag.replaceFirst("^W/", "").replace("\"", "");
    if (hex.matches(SHA256_HEX)) {
      return Optional.of(new Checksum(Kind.SHA256, hex));
    }
    return hex.matches(SHA1_HEX) ? Optional.of(new Checksum(Kind.GIT_BLOB, hex)) : Optional.empty();
  }

  /** Starts the computation for a file of this size. */
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
   * Finishes the computation and compares the result.
   *
   * @throws WrongContentException if the checksum differs
   */
  void verify(MessageDigest digest) throws WrongContentException {
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.startsWith(hex)) {
      throw new WrongContentException(
          "wrong content: %s %s, not %s".formatted(kind.algorithm, found, hex));
    }
  }
}

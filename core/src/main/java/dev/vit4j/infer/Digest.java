package dev.vit4j.infer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of several byte sequences, each preceded by its length. */
public final class Digest {
  private final MessageDigest sha;

  /** Creates an empty digest. */
  public Digest() {
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Adds a byte sequence. */
  public void add(byte[] piece) {
    add(ByteBuffer.wrap(piece));
  }

  /** Adds the remaining bytes of a buffer, whose position does not change. */
  public void add(ByteBuffer piece) {
    sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, piece.remaining()));
    sha.update(piece.duplicate());
  }

  /** Returns the 32 bytes and resets this digest. */
  public byte[] bytes() {
    return sha.digest();
  }

  /** Returns the digest as 64 hexadecimal digits and resets it. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
